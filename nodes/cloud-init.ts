import type { KubernetesObject, PlatformTraits } from '../apps/_lib/app.ts'
import type { Cluster, Node } from '../clusters/schema.ts'
import { birth, birthUnit } from './birth.ts'

export interface CloudInitInput {
  readonly cluster: Pick<Cluster, 'name' | 'wave'>
  readonly node: Pick<Node, 'name' | 'role' | 'address'>
  /** The cluster's servers; the first founds the cluster. */
  readonly servers: readonly Pick<Node, 'name' | 'address'>[]
  /** Its folder in `rendered/nodes/`. */
  readonly variant: string
  /** SHA-256 in hex of each file of that folder, by path in it. */
  readonly filesDigest: Readonly<Record<string, string>>
  readonly platform: Pick<PlatformTraits, 'repository'>
  /** The root Application. */
  readonly root: KubernetesObject
}

/**
 * A node's birth: the data of its `#cloud-config` (https://docs.cloud-init.io/en/latest/reference/modules.html).
 * It holds what is this node's alone and the sums of everything else; it holds no secret. The node image brings
 * K3s, its air-gap images, git, awscli, jq, cryptsetup, sshd, the signing helper of IAM Roles Anywhere and the
 * kubelet's ECR credential provider; enrolment (docs/runbooks/add-a-site.md) put `/etc/meridian/aws.conf` there.
 */
export function cloudInit(input: CloudInitInput): Readonly<Record<string, unknown>> {
  const { node, filesDigest, root } = input
  const server = node.role === 'server'
  const file = (path: string, content: string, permissions = '0600') => ({ path, permissions, content })
  return {
    hostname: node.name,
    preserve_hostname: false,
    // No default user; the one for emergencies has no password and no key (nodes/break-glass.ts).
    users: [
      {
        name: 'breakglass',
        gecos: 'Emergencies: docs/runbooks/break-glass.md',
        lock_passwd: true,
        shell: '/bin/bash',
        sudo: 'ALL=(root) NOPASSWD: /usr/local/sbin/meridian-break-glass-shell',
      },
    ],
    ssh_pwauth: false,
    disable_root: true,
    package_update: false,
    write_files: [
      file('/etc/meridian/node.env', environment(input)),
      file('/etc/rancher/k3s/config.yaml.d/10-node.yaml', k3sNode(input)),
      ...(server ? [file('/etc/meridian/root-application.yaml', `${JSON.stringify(root, null, 2)}\n`)] : []),
      file('/etc/meridian/files.sha256', sums(filesDigest)),
      file('/usr/local/sbin/meridian-birth', birth, '0755'),
      file('/etc/systemd/system/meridian-birth.service', birthUnit, '0644'),
    ],
    runcmd: [
      // A new instance id is a new birth: that is how changed files come to a node (docs/runbooks/add-a-site.md).
      ['rm', '-f', '/etc/meridian/born'],
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'enable', 'meridian-birth.service'],
      ['systemctl', 'restart', '--no-block', 'meridian-birth.service'],
    ],
  }
}

function environment({ cluster, node, servers, variant, platform }: CloudInitInput): string {
  const values = {
    CLUSTER: cluster.name,
    WAVE: cluster.wave,
    NODE: node.name,
    ADDRESS: node.address,
    VARIANT: variant,
    REPOSITORY: platform.repository,
    SERVERS: servers.map(({ address }) => address).join(' '),
    FIRST: servers[0]?.name === node.name ? 'yes' : 'no',
  }
  return `${Object.entries(values)
    .map(([name, value]) => `${name}='${value}'`)
    .join('\n')}\n`
}

/** What K3s must know of this node; JSON, of which K3s reads it as YAML. */
function k3sNode({ cluster, node, servers }: CloudInitInput): string {
  const config = {
    'node-name': node.name,
    'node-ip': node.address,
    ...(node.role === 'server'
      ? {
          'advertise-address': node.address,
          'bind-address': node.address,
          // Any server may answer for the others while one is away.
          'tls-san': [`${cluster.name}.meridian`, ...servers.flatMap(({ name, address }) => [name, address])],
        }
      : {}),
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

/** As `sha256sum --check` reads it. */
function sums(filesDigest: Readonly<Record<string, string>>): string {
  return `${Object.entries(filesDigest)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, digest]) => `${digest}  ${path}`)
    .join('\n')}\n`
}
