#!/bin/bash
set -euo pipefail
trap 'echo "$0: line $LINENO failed: $BASH_COMMAND" >&2' ERR
umask 077
cd "$(dirname "$0")"

install -D -m 0755 disk/meridian-disk /usr/local/sbin/meridian-disk
/usr/local/sbin/meridian-disk

install -D -m 0600 config.yaml /etc/rancher/k3s/config.yaml
install -D -m 0600 registries.yaml /etc/rancher/k3s/registries.yaml
install -D -m 0600 credential-provider.yaml /etc/rancher/k3s/credential-provider.yaml
install -D -m 0600 kubelet.yaml /var/lib/rancher/k3s/agent/etc/kubelet.conf.d/50-meridian.conf
install -D -m 0600 modules.conf /etc/modules-load.d/meridian.conf
install -D -m 0600 sysctl.conf /etc/sysctl.d/90-meridian.conf
install -D -m 0600 audit.yaml /etc/rancher/k3s/audit.yaml
install -D -m 0600 admission.yaml /etc/rancher/k3s/admission.yaml
install -D -m 0600 manifests/network.yaml /var/lib/rancher/k3s/server/manifests/meridian-network.yaml
install -D -m 0600 manifests/argocd.yaml /var/lib/rancher/k3s/server/manifests/meridian-argocd.yaml
install -D -m 0600 manifests/root-project.yaml /var/lib/rancher/k3s/server/manifests/meridian-root-project.yaml
install -D -m 0755 bin/meridian-gitops /usr/local/sbin/meridian-gitops
install -D -m 0644 systemd/meridian-gitops.service /etc/systemd/system/meridian-gitops.service
install -D -m 0755 bin/meridian-site-root /usr/local/sbin/meridian-site-root
install -D -m 0644 systemd/meridian-site-root.service /etc/systemd/system/meridian-site-root.service
install -D -m 0644 systemd/meridian-site-root.timer /etc/systemd/system/meridian-site-root.timer
install -D -m 0755 bin/meridian-join /usr/local/sbin/meridian-join
install -D -m 0644 systemd/k3s.service /etc/systemd/system/k3s.service
install -D -m 0755 bin/meridian-break-glass /usr/local/sbin/meridian-break-glass
install -D -m 0755 bin/meridian-break-glass-shell /usr/local/sbin/meridian-break-glass-shell
install -D -m 0600 ssh/meridian.conf /etc/ssh/sshd_config.d/10-meridian.conf

install -d -m 0700 /var/log/kubernetes/audit
systemctl restart systemd-modules-load.service
sysctl --load=/etc/sysctl.d/90-meridian.conf
systemctl daemon-reload
/usr/local/sbin/meridian-break-glass
# Without waiting: a server that joins waits for the others, and its first sync for the network. A restart, so that
# a node that is born again runs by its new files.
systemctl enable k3s.service meridian-gitops.service meridian-site-root.timer
systemctl restart --no-block k3s.service meridian-gitops.service meridian-site-root.timer
