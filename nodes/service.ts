import type { InstalledFile } from './install.ts'
import type { NodeKind } from './node.ts'

/** The systemd unit of K3s. The binary comes with the node image; system-upgrade-controller replaces it. */
export function service({ role }: NodeKind): readonly InstalledFile[] {
  const name = role === 'server' ? 'k3s' : 'k3s-agent'
  return [
    {
      path: `systemd/${name}.service`,
      target: `/etc/systemd/system/${name}.service`,
      mode: '0644',
      content: unit(role),
    },
  ]
}

const unit = (role: NodeKind['role']): string => `[Unit]
Description=K3s ${role}
Documentation=https://docs.k3s.io
Wants=network-online.target
After=network-online.target
# Never on an unencrypted disk.
RequiresMountsFor=/var/lib/rancher /var/lib/kubelet /var/log/pods /var/log/kubernetes
AssertPathIsMountPoint=/var/lib/rancher

[Service]
Type=${role === 'server' ? 'notify' : 'exec'}
ExecStartPre=/usr/local/sbin/meridian-join
ExecStart=/usr/local/bin/k3s ${role}
# Pods outlive a restart of K3s.
KillMode=process
Delegate=yes
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=0
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=10s

[Install]
WantedBy=multi-user.target
`
