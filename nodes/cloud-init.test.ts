import test from 'ava'
import { type CloudInitInput, cloudInit } from './cloud-init.ts'

const servers = ['a', 'b', 'c'].map((letter, index) => ({
  name: `fra1-${letter}`,
  address: `10.64.10.1${index}`,
}))
const root = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'root', namespace: 'argocd' },
}

function born(node: CloudInitInput['node']) {
  const document = cloudInit({
    cluster: { name: 'fra1', wave: 'early' },
    node,
    servers,
    variant: 'server-ha',
    filesDigest: { 'b.yaml': 'b'.repeat(64), 'a.yaml': 'a'.repeat(64) },
    platform: { repository: 'https://github.com/meridian-example/meridian.git' },
    root,
  })
  const files = document.write_files as readonly { path: string; content: string; permissions: string }[]
  return { document, files, file: (path: string) => files.find((file) => file.path === path)?.content }
}

const first = { name: 'fra1-a', role: 'server', address: '10.64.10.10' } as const
const second = { name: 'fra1-b', role: 'server', address: '10.64.10.11' } as const
const agent = { name: 'fra1-g', role: 'agent', address: '10.64.10.20' } as const

test('only the first server may found the cluster', (t) => {
  t.regex(String(born(first).file('/etc/meridian/node.env')), /^FIRST='yes'$/m)
  t.regex(String(born(second).file('/etc/meridian/node.env')), /^FIRST='no'$/m)
  t.regex(String(born(agent).file('/etc/meridian/node.env')), /^FIRST='no'$/m)
})

test('a server answers on its own address, with a certificate for all servers', (t) => {
  const config = JSON.parse(String(born(second).file('/etc/rancher/k3s/config.yaml.d/10-node.yaml')))
  t.is(config['bind-address'], '10.64.10.11')
  for (const { name, address } of servers) {
    t.true(config['tls-san'].includes(name))
    t.true(config['tls-san'].includes(address))
  }
})

test('an agent gets neither the root Application nor a word for the API server', (t) => {
  t.is(born(agent).file('/etc/meridian/root-application.yaml'), undefined)
  t.deepEqual(JSON.parse(String(born(agent).file('/etc/rancher/k3s/config.yaml.d/10-node.yaml'))), {
    'node-name': 'fra1-g',
    'node-ip': '10.64.10.20',
  })
})

test('a server carries the root Application as it was rendered', (t) => {
  t.deepEqual(JSON.parse(String(born(first).file('/etc/meridian/root-application.yaml'))), root)
})

test('the sums are in the form and order that sha256sum reads', (t) => {
  t.is(
    born(first).file('/etc/meridian/files.sha256'),
    `${'a'.repeat(64)}  a.yaml\n${'b'.repeat(64)}  b.yaml\n`,
  )
})

test('nobody can log in by a password or as root, and nothing may be read by others', (t) => {
  const { document, files } = born(first)
  t.is(document.ssh_pwauth, false)
  t.is(document.disable_root, true)
  const users = document.users as readonly Record<string, unknown>[]
  t.deepEqual(
    users.map(({ name, lock_passwd, ssh_authorized_keys }) => ({ name, lock_passwd, ssh_authorized_keys })),
    [{ name: 'breakglass', lock_passwd: true, ssh_authorized_keys: undefined }],
  )
  for (const { path, permissions } of files) {
    t.true(permissions === '0600' || /\/(sbin|systemd)\//.test(path), path)
  }
})

test('two nodes of a cluster differ only in what is theirs', (t) => {
  const [one, two] = [born(first).files, born(second).files]
  const differing = one.filter(
    ({ path, content }) => two.find((file) => file.path === path)?.content !== content,
  )
  t.deepEqual(
    differing.map(({ path }) => path),
    ['/etc/meridian/node.env', '/etc/rancher/k3s/config.yaml.d/10-node.yaml'],
  )
})
