import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** K3s's config file, as far as it says how the parts of the control plane are run. */
interface K3sConfig {
  readonly 'kube-apiserver-arg'?: readonly string[]
  readonly 'kube-controller-manager-arg'?: readonly string[]
  readonly 'kube-scheduler-arg'?: readonly string[]
  readonly 'node-label'?: readonly string[]
  readonly 'node-taint'?: readonly string[]
}

export interface NodeFlags {
  readonly apiServer: readonly string[]
  readonly controllerManager: readonly string[]
  readonly scheduler: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/**
 * The flags that this kind of node gives the parts of K3s, from its rendered config: admission, audit, TLS and the
 * rest act here as they do on a site. Paths are led to the rendered files, logs to `logs`.
 *
 * @param variant folder of the rendered kind of node
 */
export function nodeFlags(variant: string, logs: string): NodeFlags {
  // Rendered by nodes/config.ts and validated there.
  const config = parse(readFileSync(join(variant, 'config.yaml'), 'utf8')) as K3sConfig
  const flags = (args: readonly string[] = []) =>
    args.map(
      (arg) =>
        `--${arg.replace('=/etc/rancher/k3s/', `=${variant}/`).replace(/=\/var\/log\/.*\//, `=${logs}/`)}`,
    )
  const labels = (config['node-label'] ?? []).map((label) => {
    const [name = '', value = ''] = label.split('=')
    return [name, value] as const
  })
  return {
    apiServer: flags(config['kube-apiserver-arg']),
    controllerManager: flags(config['kube-controller-manager-arg']),
    scheduler: flags(config['kube-scheduler-arg']),
    labels: Object.fromEntries(labels),
  }
}
