import { type InstalledFile, strict } from './install.ts'

/**
 * The way in when git is down (docs/runbooks/break-glass.md). No account has a password or a key; sshd answers on
 * the site's own network alone, and only to a certificate that two people had signed for this one site and this
 * one hour. The shell records itself, and the record is shipped with the audit log.
 */
const script = `${strict}. /etc/meridian/node.env
export AWS_CONFIG_FILE=/etc/meridian/aws.conf

authority=/etc/ssh/meridian-break-glass-ca.pub
if aws secretsmanager get-secret-value --secret-id "sites/$CLUSTER/node/break-glass-ca" \\
  --query SecretString --output text > "$authority.new"; then
  mv "$authority.new" "$authority"
elif [[ ! -s "$authority" ]]; then
  echo 'no authority for break-glass certificates: sshd stays off' >&2
  systemctl disable --now ssh.service ssh.socket || true
  exit 0
fi
chmod 0644 "$authority"
install -d -m 0755 /etc/ssh/principals
echo "$CLUSTER" > /etc/ssh/principals/breakglass
chmod 0644 /etc/ssh/principals/breakglass
echo "ListenAddress $ADDRESS" > /etc/ssh/sshd_config.d/20-meridian-address.conf
sshd -t
systemctl enable --now ssh.service
systemctl reload ssh.service
`

const sshd = `AllowUsers breakglass
AuthenticationMethods publickey
AuthorizedKeysFile none
TrustedUserCAKeys /etc/ssh/meridian-break-glass-ca.pub
AuthorizedPrincipalsFile /etc/ssh/principals/%u
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
AllowTcpForwarding no
AllowAgentForwarding no
X11Forwarding no
PermitTunnel no
MaxAuthTries 2
LogLevel VERBOSE
ForceCommand sudo /usr/local/sbin/meridian-break-glass-shell
`

const shell = `${strict}record=/var/log/kubernetes/audit/break-glass-$(date --utc +%Y%m%dT%H%M%SZ).log
logger --priority auth.warning "break glass: a shell opened, recorded in $record"
exec script --quiet --flush --command '/bin/bash --login' "$record"
`

export const breakGlass: readonly InstalledFile[] = [
  {
    path: 'bin/meridian-break-glass',
    target: '/usr/local/sbin/meridian-break-glass',
    mode: '0755',
    content: script,
  },
  {
    path: 'bin/meridian-break-glass-shell',
    target: '/usr/local/sbin/meridian-break-glass-shell',
    mode: '0755',
    content: shell,
  },
  { path: 'ssh/meridian.conf', target: '/etc/ssh/sshd_config.d/10-meridian.conf', content: sshd },
]
