import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { enginePath } from '../engines/control-plane.ts'
import { makeCertificates } from '../lab/certificates.ts'
import type { Lab } from '../lab/lab.ts'
import { freePorts } from '../lab/ports.ts'
import type { Service } from '../lab/service.ts'
import { type Api, openApi } from './api.ts'
import type { NodeFlags } from './flags.ts'
import { type Credential, writeKubeconfig } from './kubeconfig.ts'
import { type Kubectl, openKubectl } from './kubectl.ts'

const serviceNetwork = '10.43.0.0/16'
const podNetwork = '10.42.0.0/16'

export interface ControlPlane {
  readonly server: string
  /** Of an administrator. */
  readonly kubeconfig: string
  readonly api: Api
  readonly kubectl: Kubectl
  readonly services: Readonly<
    Record<'etcd' | 'apiServer' | 'controllerManager' | 'scheduler' | 'kwok', Service>
  >
  /** A kubeconfig for somebody else; returns its path. */
  kubeconfigFor(name: string, user: Credential): string
}

/**
 * Starts etcd, the API server, the controller manager, the scheduler and kwok (which plays the kubelets) as
 * processes on loopback ports.
 *
 * @param name of the cluster: its folder in the lab
 * @param stages kwok's stage files
 */
export async function startControlPlane(
  lab: Lab,
  { name, flags, stages }: { name: string; flags: (logs: string) => NodeFlags; stages: readonly string[] },
): Promise<ControlPlane> {
  const folder = join(lab.folder, name)
  const pki = join(folder, 'pki')
  mkdirSync(join(folder, 'audit'), { recursive: true })
  makeCertificates(pki, [
    {
      file: 'api',
      name: 'kube-apiserver',
      dns: ['localhost', 'kubernetes.default.svc'],
      ips: ['127.0.0.1', '10.43.0.1'],
    },
    { file: 'admin', name: 'admin', organizations: ['system:masters'] },
    { file: 'controller-manager', name: 'system:kube-controller-manager' },
    { file: 'scheduler', name: 'system:kube-scheduler' },
    { file: 'aggregator', name: 'aggregator' },
    { file: 'kwok', name: 'kwok', organizations: ['system:masters'] },
  ])
  writeServiceAccountKeys(pki)
  const [client = 0, peer = 0, secure = 0, manager = 0, scheduling = 0, kubelet = 0] = await freePorts(6)
  const server = `https://127.0.0.1:${secure}`
  const file = (certificate: string) => ({
    cert: join(pki, `${certificate}.crt`),
    key: join(pki, `${certificate}.key`),
  })
  const ca = join(pki, 'ca.crt')
  const kubeconfigFor = (user: string, credential: Credential) =>
    writeKubeconfig(join(folder, `${user}.kubeconfig`), { name, server, ca, user: credential })
  const kubeconfig = kubeconfigFor('admin', file('admin'))
  const api = openApi({ server, ca, ...file('admin') })
  lab.onClose(() => api.close())
  const { apiServer, controllerManager, scheduler } = flags(join(folder, 'audit'))
  const service = (program: string, args: readonly string[], ready?: () => Promise<boolean>) =>
    lab.service(name, { name: program, binary: enginePath(program), args, ready })

  const services = {
    etcd: service('etcd', etcdFlags(join(folder, 'etcd'), client, peer), () => accepts(client)),
    apiServer: service('kube-apiserver', [...apiServerFlags(pki, client, secure), ...apiServer], async () => {
      await api.get('/readyz?verbose').catch((error: unknown) => {
        // The answer is plain text, not JSON.
        if (!(error instanceof SyntaxError)) throw error
      })
      return true
    }),
    controllerManager: service('kube-controller-manager', [
      `--kubeconfig=${kubeconfigFor('controller-manager', file('controller-manager'))}`,
      `--service-account-private-key-file=${join(pki, 'service-accounts.key')}`,
      `--root-ca-file=${ca}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${manager}`,
      '--leader-elect=false',
      ...controllerManager,
    ]),
    scheduler: service('kube-scheduler', [
      `--kubeconfig=${kubeconfigFor('scheduler', file('scheduler'))}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${scheduling}`,
      '--leader-elect=false',
      ...scheduler,
    ]),
    kwok: service('kwok', [
      `--kubeconfig=${kubeconfigFor('kwok', file('kwok'))}`,
      '--manage-all-nodes',
      `--cidr=${podNetwork}`,
      '--node-lease-duration-seconds=40',
      `--server-address=127.0.0.1:${kubelet}`,
      ...stages.map((stage) => `--config=${stage}`),
    ]),
  }
  await services.etcd.start()
  await services.apiServer.start()
  await Promise.all([services.controllerManager.start(), services.scheduler.start(), services.kwok.start()])
  return { server, kubeconfig, api, kubectl: openKubectl(kubeconfig, folder), services, kubeconfigFor }
}

function etcdFlags(data: string, client: number, peer: number): string[] {
  return [
    `--data-dir=${data}`,
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-cluster=default=http://127.0.0.1:${peer}`,
    // What it holds is gone at the end in any case.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ]
}

function apiServerFlags(pki: string, etcd: number, port: number): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    '--authorization-mode=Node,RBAC',
    '--allow-privileged=true',
    '--endpoint-reconciler-type=none',
    `--service-cluster-ip-range=${serviceNetwork}`,
    `--client-ca-file=${join(pki, 'ca.crt')}`,
    `--tls-cert-file=${join(pki, 'api.crt')}`,
    `--tls-private-key-file=${join(pki, 'api.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${join(pki, 'service-accounts.pub')}`,
    `--service-account-signing-key-file=${join(pki, 'service-accounts.key')}`,
    // The metrics API comes through the aggregator.
    `--requestheader-client-ca-file=${join(pki, 'ca.crt')}`,
    '--requestheader-allowed-names=aggregator',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${join(pki, 'aggregator.crt')}`,
    `--proxy-client-key-file=${join(pki, 'aggregator.key')}`,
  ]
}

function writeServiceAccountKeys(pki: string): void {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(join(pki, 'service-accounts.pub'), publicKey.export({ type: 'spki', format: 'pem' }))
  writeFileSync(join(pki, 'service-accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
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
