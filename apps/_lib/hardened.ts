import type { k8s } from 'cdk8s-plus-28'

/** The user and group of every program of ours: nobody's, with no name on any system. */
export const nonRootId = 65532

/** What Pod Security "restricted" asks of a pod, and a group that owns its volumes. */
export const podSecurityContext: k8s.PodSecurityContext = {
  runAsNonRoot: true,
  runAsUser: nonRootId,
  runAsGroup: nonRootId,
  fsGroup: nonRootId,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
}

/** What Pod Security "restricted" asks of a container, and a root file system that cannot be written. */
export const containerSecurityContext: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
}
