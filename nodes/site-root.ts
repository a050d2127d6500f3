import { type InstalledFile, strict } from './install.ts'

/**
 * The site's one root credential is a certificate of IAM Roles Anywhere whose key never leaves the machine's TPM, so
 * nothing in the cluster can use it. By it the node fetches the certificate that External Secrets signs with
 * (Secret `site-root`, apps/external-secrets/site-credential.ts): another one, that may only read, made by
 * platform/aws; a new one in the secret manager is here within the hour.
 */
const script = `${strict}. /etc/meridian/node.env
export AWS_CONFIG_FILE=/etc/meridian/aws.conf

# By pipes: an argument could be read in the process list, a file on the disk.
aws secretsmanager get-secret-value --secret-id "sites/$CLUSTER/node/external-secrets" \\
  --query SecretString --output text |
  jq --exit-status '{
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "site-root", namespace: "external-secrets" },
    type: "Opaque",
    stringData: (
      ["tls.crt", "tls.key", "trust-anchor-arn", "profile-arn", "role-arn"] as $keys
      | . as $secret
      | [$keys[] | { key: ., value: ($secret[.] // error("\\(.) is missing")) }]
      | from_entries
    )
  }' |
  k3s kubectl apply --server-side --force-conflicts --field-manager=meridian-site-root --filename=-
`

const unit = `[Unit]
Description=The certificate that External Secrets signs with
After=k3s.service

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/meridian-site-root
# The namespace comes with the first sync; the link may be down.
Restart=on-failure
RestartSec=15s
`

const timer = `[Unit]
Description=Keeps the certificate of External Secrets fresh

[Timer]
OnActiveSec=0
OnUnitInactiveSec=1h
RandomizedDelaySec=5min

[Install]
WantedBy=timers.target
`

/** On servers only: an agent has no rights in the cluster. */
export const siteRoot: readonly InstalledFile[] = [
  {
    path: 'bin/meridian-site-root',
    target: '/usr/local/sbin/meridian-site-root',
    mode: '0755',
    content: script,
  },
  {
    path: 'systemd/meridian-site-root.service',
    target: '/etc/systemd/system/meridian-site-root.service',
    mode: '0644',
    content: unit,
  },
  {
    path: 'systemd/meridian-site-root.timer',
    target: '/etc/systemd/system/meridian-site-root.timer',
    mode: '0644',
    content: timer,
  },
]
