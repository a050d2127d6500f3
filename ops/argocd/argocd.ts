import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { enginePath } from '../engines/control-plane.ts'
import type { Lab } from '../lab/lab.ts'
import { freePorts } from '../lab/ports.ts'
import type { Service } from '../lab/service.ts'
import { writeCharts } from './charts.ts'
import { type ConfigMaps, environment } from './settings.ts'

export interface ArgocdSettings {
  /** Of the cluster: its folder in the lab. */
  readonly name: string
  /** Of the application controller's service account. */
  readonly kubeconfig: string
  readonly maps: ConfigMaps
  /** The git host, and the authority that its certificate is checked by. */
  readonly git: { readonly host: string; readonly ca: string }
  /** Where all that is not the git host ends. */
  readonly proxy: string
}

export type ArgocdServices = Readonly<Record<'redis' | 'repoServer' | 'applicationController', Service>>

/** Argo CD's parts as processes, with the settings that they would have in their pods. Not started yet. */
export async function argocdServices(lab: Lab, settings: ArgocdSettings): Promise<ArgocdServices> {
  const { name, kubeconfig, maps, git, proxy } = settings
  const folder = join(lab.folder, name, 'argocd')
  const [redis = 0, repo = 0, repoMetrics = 0, controllerMetrics = 0] = await freePorts(4)
  const paths = Object.fromEntries(
    ['bin', 'tls', 'ssh', 'gpg', 'gnupg', 'plugins', 'charts'].map(
      (part) => [part, join(folder, part)] as const,
    ),
  )
  for (const path of Object.values(paths)) mkdirSync(path, { recursive: true })
  // Argo CD looks up the authority of a host in a file of its name.
  copyFileSync(git.ca, join(folder, 'tls', git.host))
  // git asks for the password by running `argocd`.
  symlinkSync(enginePath('argocd'), join(folder, 'bin/argocd'))
  writeCharts(join(folder, 'charts'), join(folder, 'bin'))
  const shared = {
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    ARGOCD_TLS_DATA_PATH: paths.tls ?? '',
    ARGOCD_SSH_DATA_PATH: paths.ssh ?? '',
    ARGOCD_GPG_DATA_PATH: paths.gpg ?? '',
    ARGOCD_GNUPGHOME: paths.gnupg ?? '',
    ARGOCD_PLUGINSOCKFILEPATH: paths.plugins ?? '',
    ARGOCD_ASK_PASS_SOCK: join(folder, 'ask.sock'),
    ARGOCD_GPG_ENABLED: 'false',
    // The whole of Argo CD is one program; this says which part it is.
    HTTPS_PROXY: proxy,
    NO_PROXY: '127.0.0.1,localhost',
  }
  const part = (
    role: string,
    args: readonly string[],
    env: Record<string, string>,
    ready: () => Promise<boolean>,
  ) =>
    lab.service(name, {
      name: role,
      binary: enginePath('argocd'),
      args,
      env: {
        HOME: folder,
        TMPDIR: join(lab.folder, name, 'tmp'),
        ...shared,
        ...env,
        ARGOCD_BINARY_NAME: role,
      },
      ready,
    })
  return {
    redis: lab.service(name, {
      name: 'argocd-redis',
      binary: enginePath('argocd-redis'),
      args: [`127.0.0.1:${redis}`],
      ready: () => accepts(redis),
    }),
    repoServer: part(
      'argocd-repo-server',
      [
        '--address=127.0.0.1',
        `--port=${repo}`,
        '--metrics-address=127.0.0.1',
        `--metrics-port=${repoMetrics}`,
        `--redis=127.0.0.1:${redis}`,
      ],
      environment('repoServer', maps),
      () => healthy(repoMetrics),
    ),
    applicationController: part(
      'argocd-application-controller',
      [
        '--namespace=argocd',
        `--kubeconfig=${kubeconfig}`,
        `--repo-server=127.0.0.1:${repo}`,
        `--redis=127.0.0.1:${redis}`,
        `--metrics-port=${controllerMetrics}`,
      ],
      // The address of a pod's own API server leads to this one.
      {
        ...environment('applicationController', maps),
        ARGOCD_FAKE_IN_CLUSTER: 'true',
        KUBECONFIG: kubeconfig,
      },
      () => healthy(controllerMetrics),
    ),
  }
}

function healthy(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    get(`http://127.0.0.1:${port}/healthz`, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    }).on('error', reject)
  })
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
