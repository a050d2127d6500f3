import type { Helm, KubernetesObject, PlatformTraits } from '../apps/_lib/app.ts'
import { admission } from './admission.ts'
import { auditPolicy } from './audit.ts'
import { bootstrap, systemPolicies } from './bootstrap.ts'
import { breakGlass } from './break-glass.ts'
import { k3sConfig } from './config.ts'
import { disk } from './disk.ts'
import { gitops } from './gitops.ts'
import { type InstalledFile, installer } from './install.ts'
import { join } from './join.ts'
import { kubelet } from './kubelet.ts'
import type { NodeKind } from './node.ts'
import { credentialProvider, registries } from './registries.ts'
import { service } from './service.ts'
import { siteRoot } from './site-root.ts'
import { modules, sysctl } from './sysctl.ts'

export { type NodeKind, nodeVariant } from './node.ts'

export interface NodeInput {
  readonly platform: Pick<PlatformTraits, 'registry' | 'homeRegion'>
  /**
   * Argo CD's official chart with the values that a blank node starts it with; Argo CD then keeps itself.
   * `undefined` for a fleet without Argo CD: its nodes are born without GitOps.
   */
  readonly argocd: Helm | undefined
  /** The AppProject of the root Application. */
  readonly rootProject: KubernetesObject
}

/** A file of `rendered/nodes/<variant>/`: text as it is, an object as a YAML document, a list as several. */
export type NodeFile = string | object | readonly object[]

/**
 * Everything that a kind of node is born with, by path in `rendered/nodes/<variant>/`. Nothing here is one
 * cluster's or one node's: that stands in its cloud-init. `install.sh` puts the files in their places; cloud-init
 * runs it after it has compared every file with its SHA-256.
 */
export function nodeFiles(node: NodeKind, input: NodeInput): Readonly<Record<string, NodeFile>> {
  const files = installed(node, input)
  return {
    ...Object.fromEntries(files.map(({ path, content }) => [path, content])),
    'install.sh': installer(node, files),
  }
}

function installed(node: NodeKind, { platform, argocd, rootProject }: NodeInput): readonly InstalledFile[] {
  const etc = '/etc/rancher/k3s'
  const server: readonly InstalledFile[] =
    node.role === 'server'
      ? [
          { path: 'audit.yaml', target: `${etc}/audit.yaml`, content: auditPolicy },
          { path: 'admission.yaml', target: `${etc}/admission.yaml`, content: admission },
          ...systemPolicies,
          ...(argocd ? bootstrap(argocd, rootProject) : []),
          ...gitops,
          ...siteRoot,
        ]
      : []
  return [
    { path: 'config.yaml', target: `${etc}/config.yaml`, content: k3sConfig(node) },
    { path: 'registries.yaml', target: `${etc}/registries.yaml`, content: registries(platform.registry) },
    {
      path: 'credential-provider.yaml',
      target: `${etc}/credential-provider.yaml`,
      content: credentialProvider,
    },
    {
      path: 'kubelet.yaml',
      // K3s's own drop-in directory for the kubelet; its defaults are 00-k3s-defaults.conf.
      target: '/var/lib/rancher/k3s/agent/etc/kubelet.conf.d/50-meridian.conf',
      content: kubelet,
    },
    { path: 'modules.conf', target: '/etc/modules-load.d/meridian.conf', content: modules },
    { path: 'sysctl.conf', target: '/etc/sysctl.d/90-meridian.conf', content: sysctl },
    ...server,
    ...disk,
    ...join,
    ...service(node),
    ...breakGlass,
  ]
}
