import type { k8s } from 'cdk8s-plus-28'
import { nonRootId } from './hardened.ts'

/** The ConfigMap that tells a namespace's pods where they are; one is in each cluster's identity.yaml. */
export const identityConfigMap = 'identity'

/** Where a program finds its certificate, its key and the trust bundle: tls.crt, tls.key, ca.crt. */
export const certificatePath = '/var/run/secrets/spiffe.io'

/** Where a program finds `identity.json` (schema: services/kit/identity.ts). */
export const identityPath = '/etc/meridian/identity'

export const identityVolumes: readonly k8s.Volume[] = [
  { name: 'identity', configMap: { name: identityConfigMap } },
  {
    name: 'certificate',
    csi: {
      driver: 'spiffe.csi.cert-manager.io',
      readOnly: true,
      volumeAttributes: { 'spiffe.csi.cert-manager.io/fs-group': String(nonRootId) },
    },
  },
]

export const certificateMount: k8s.VolumeMount = {
  name: 'certificate',
  mountPath: certificatePath,
  readOnly: true,
}

export const identityMounts: readonly k8s.VolumeMount[] = [
  { name: 'identity', mountPath: identityPath, readOnly: true },
  certificateMount,
]

/** An environment variable out of the identity ConfigMap: `CLUSTER` or `TRUST_DOMAIN`, for `$(VAR)` in arguments. */
export function fromIdentity(name: 'CLUSTER' | 'TRUST_DOMAIN'): k8s.EnvVar {
  return { name, valueFrom: identityValue(name) }
}

/** Where such a variable comes from. */
export function identityValue(name: 'CLUSTER' | 'TRUST_DOMAIN'): k8s.EnvVarSource {
  const key = name === 'CLUSTER' ? 'cluster' : 'trustDomain'
  return { configMapKeyRef: { name: identityConfigMap, key } }
}
