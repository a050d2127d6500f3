/**
 * Kernel settings: what `protect-kernel-defaults` demands (CIS K3s hardening guide), what a busy edge needs, and
 * what keeps an intruder from looking around.
 */
export const sysctl = `# Demanded by the kubelet (protect-kernel-defaults).
vm.panic_on_oom=0
vm.overcommit_memory=1
kernel.panic=10
kernel.panic_on_oops=1
# 10,000,000 connections over the fleet: room for 1,000,000 a node.
fs.file-max=2097152
fs.inotify.max_user_instances=8192
fs.inotify.max_user_watches=524288
net.core.somaxconn=32768
net.ipv4.tcp_max_syn_backlog=32768
net.netfilter.nf_conntrack_max=2097152
# HTTP/3: receive and send buffers for QUIC, in bytes.
net.core.rmem_max=7500000
net.core.wmem_max=7500000
# Nothing is routed for others by trick, nothing leaks out of the kernel.
net.ipv4.conf.all.rp_filter=2
net.ipv4.conf.all.accept_redirects=0
net.ipv4.conf.all.send_redirects=0
net.ipv4.conf.all.accept_source_route=0
net.ipv4.tcp_syncookies=1
kernel.dmesg_restrict=1
kernel.kptr_restrict=2
kernel.unprivileged_bpf_disabled=1
kernel.yama.ptrace_scope=1
fs.protected_hardlinks=1
fs.protected_symlinks=1
fs.suid_dumpable=0
`

/** Kernel modules, from boot on: some of the settings above exist only with them. */
export const modules = `br_netfilter
nf_conntrack
overlay
wireguard
`
