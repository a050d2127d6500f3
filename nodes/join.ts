import { type InstalledFile, strict } from './install.ts'

/**
 * How a node finds its cluster, before each start of K3s. The first server founds it, once; the token that K3s then
 * makes pins the cluster's CA and goes to the secret manager (`meridian-gitops`), where the others read it.
 *
 * A first server that is born again must join its neighbours and never found a second cluster beside them: it founds
 * only where no token was ever published.
 */
const script = `${strict}. /etc/meridian/node.env
export AWS_CONFIG_FILE=/etc/meridian/aws.conf

choice=/etc/rancher/k3s/config.yaml.d/20-join.yaml
# On the encrypted disk, for a restart while the link is cut.
token=/var/lib/rancher/meridian/join-token
install -d -m 0700 /run/meridian "$(dirname "$token")" "$(dirname "$choice")"

founded=unknown
if aws secretsmanager get-secret-value --secret-id "sites/$CLUSTER/node/join-token" \\
  --query SecretString --output text > /run/meridian/join-token 2> /run/meridian/join-token.error; then
  founded=yes
  mv /run/meridian/join-token "$token"
elif grep -q ResourceNotFoundException /run/meridian/join-token.error; then
  founded=no
fi

if [[ -d /var/lib/rancher/k3s/server/db ]]; then
  # A member already: K3s knows its cluster from its own disk.
  exit 0
fi

peer=
for server in $SERVERS; do
  [[ "$server" == "$ADDRESS" ]] && continue
  # Only whether it is up: K3s itself checks the server's CA against the hash in the token.
  if [[ "$(curl --insecure --silent --max-time 3 "https://$server:6443/ping" || true)" == pong ]]; then
    peer=$server
    break
  fi
done

if [[ -n "$peer" && -s "$token" ]]; then
  printf 'server: https://%s:6443\\ntoken-file: %s\\n' "$peer" "$token" > "$choice"
elif [[ "$SERVERS" == "$ADDRESS" ]]; then
  # The only server: nobody could have founded it elsewhere.
  : > "$choice"
elif [[ "$FIRST" == yes && "$founded" == no ]]; then
  echo 'cluster-init: true' > "$choice"
else
  echo "no server of $CLUSTER answers (token published: $founded); docs/runbooks/break-glass.md" >&2
  exit 1
fi
`

export const join: readonly InstalledFile[] = [
  { path: 'bin/meridian-join', target: '/usr/local/sbin/meridian-join', mode: '0755', content: script },
]
