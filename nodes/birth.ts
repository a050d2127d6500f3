import { strict } from './install.ts'

/**
 * Gets the variant's files at the wave's ref and runs their `install.sh`, if and only if every file is the one that
 * this cloud-init was rendered with, and no other is there.
 */
export const birth = `${strict}. /etc/meridian/node.env
export AWS_CONFIG_FILE=/etc/meridian/aws.conf

work=/run/meridian/birth
trap 'rm -rf "$work"' EXIT
rm -rf "$work"
install -d -m 0700 "$work"

# A GitHub App's installation token (one hour, this repository, read-only), made anew whenever git asks. The App's
# key goes by pipes and file descriptors: into no file, no argument, no environment.
cat > "$work/credential" <<'EOF'
#!/bin/bash
set -euo pipefail
[[ "$1" == get ]] || exit 0
. /etc/meridian/node.env
app=$(aws secretsmanager get-secret-value --secret-id "sites/$CLUSTER/platform/repository" --query SecretString --output text)
field() { jq --exit-status --raw-output ".$1" <<< "$app"; }
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
now=$(date +%s)
claims=$(jq --null-input --compact-output --arg iss "$(field githubAppID)" --argjson now "$now" \\
  '{ iat: ($now - 60), exp: ($now + 300), iss: $iss }')
unsigned="$(printf '{"alg":"RS256","typ":"JWT"}' | base64url).$(printf '%s' "$claims" | base64url)"
signature=$(printf '%s' "$unsigned" | openssl dgst -sha256 -sign <(field githubAppPrivateKey) -binary | base64url)
printf 'username=x-access-token\\npassword='
printf 'header = "Authorization: Bearer %s"' "$unsigned.$signature" |
  curl --config - --fail --silent --show-error --retry 5 --tlsv1.2 --request POST \\
    --header 'Accept: application/vnd.github+json' \\
    "https://api.github.com/app/installations/$(field githubAppInstallationID)/access_tokens" |
  jq --exit-status --raw-output .token
EOF
chmod 0700 "$work/credential"

git -c credential.helper="$work/credential" clone --quiet --depth 1 --filter=blob:none --sparse \\
  --branch "wave/$WAVE" "$REPOSITORY" "$work/repository"
cd "$work/repository"
git -c credential.helper="$work/credential" sparse-checkout set "rendered/nodes/$VARIANT"
cd "rendered/nodes/$VARIANT"

if ! sha256sum --check --strict --quiet /etc/meridian/files.sha256; then
  echo "rendered/nodes/$VARIANT at wave/$WAVE is not what this node's cloud-init was rendered with: render again" >&2
  exit 1
fi
if [[ "$(find . -type f | wc -l)" != "$(wc -l < /etc/meridian/files.sha256)" ]]; then
  echo "rendered/nodes/$VARIANT has files that this node's cloud-init does not know" >&2
  exit 1
fi
bash install.sh
touch /etc/meridian/born
`

/** A unit, not a command of cloud-init: those run once, and a site's link may be down at that moment. */
export const birthUnit = `[Unit]
Description=Birth: the checked files of this kind of node, its encrypted disk, K3s
Wants=network-online.target
After=network-online.target
ConditionPathExists=!/etc/meridian/born

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/meridian-birth
TimeoutStartSec=30min
Restart=on-failure
RestartSec=30s

[Install]
WantedBy=multi-user.target
`
