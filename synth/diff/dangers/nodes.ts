import type { FileChange } from '../lines.ts'

/** Settings of nodes that make them safe (CIS Kubernetes Benchmark, control plane and kubelet): the key, and why. */
const hardening: Readonly<Record<string, string>> = {
  'secrets-encryption': 'secrets at rest may lie open',
  'protect-kernel-defaults': 'the kernel may run with unsafe settings',
  'tls-min-version': 'older TLS may be spoken',
  tlsMinVersion: 'older TLS may be spoken',
  'audit-policy-file': 'requests to the API may go unrecorded',
  'audit-log-path': 'requests to the API may go unrecorded',
  'admission-control-config-file': 'Pod Security may not be enforced',
  'anonymous-auth': 'requests without a name may be let in',
  ssh_pwauth: 'passwords may be guessed',
  disable_root: 'root may log in',
  cryptsetup: 'disks may lie open',
}

/** The hardening settings that a file's change removes or alters, as sentences. */
export function loosenedNodes({ op, lines }: FileChange): readonly string[] {
  if (op !== 'changed') return []
  const removed = lines.flatMap(({ removed }) => removed)
  const added = new Set(lines.flatMap(({ added }) => added.map((line) => line.trim())))
  return Object.entries(hardening).flatMap(([key, why]) => {
    const line = removed.find((line) => line.includes(key))
    return line !== undefined && !added.has(line.trim()) ? [`changes ${key}: ${why}`] : []
  })
}
