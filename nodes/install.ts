import type { NodeKind } from './node.ts'

/** A file of a node variant, and where it lies on the node. */
export interface InstalledFile {
  /** In `rendered/nodes/<variant>/`. */
  readonly path: string
  /** On the node. */
  readonly target: string
  /** @default 0600 */
  readonly mode?: '0600' | '0644' | '0755'
  readonly content: string | object | readonly object[]
}

/** What every script of a node begins with: it stops at the first fault, and says where. */
export const strict = `#!/bin/bash
set -euo pipefail
trap 'echo "$0: line $LINENO failed: $BASH_COMMAND" >&2' ERR
umask 077
`

/**
 * `install.sh`: run once, as root, from a checked copy of the variant's folder. The encrypted disk comes first,
 * as the others lie on it; K3s comes last, so that a node that failed on the way never joins.
 */
export function installer(node: NodeKind, files: readonly InstalledFile[]): string {
  const put = ({ path, target, mode = '0600' }: InstalledFile) => `install -D -m ${mode} ${path} ${target}`
  const first = files.filter(({ path }) => path.startsWith('disk/'))
  const rest = files.filter(({ path }) => !path.startsWith('disk/'))
  const units =
    node.role === 'server'
      ? ['k3s.service', 'meridian-gitops.service', 'meridian-site-root.timer']
      : ['k3s-agent.service']
  return `${strict}cd "$(dirname "$0")"

${first.map(put).join('\n')}
/usr/local/sbin/meridian-disk

${rest.map(put).join('\n')}

install -d -m 0700 /var/log/kubernetes/audit
systemctl restart systemd-modules-load.service
sysctl --load=/etc/sysctl.d/90-meridian.conf
systemctl daemon-reload
/usr/local/sbin/meridian-break-glass
# Without waiting: a server that joins waits for the others, and its first sync for the network. A restart, so that
# a node that is born again runs by its new files.
systemctl enable ${units.join(' ')}
systemctl restart --no-block ${units.join(' ')}
`
}
