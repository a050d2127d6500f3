import { defineRule } from '../../rule.ts'
import { node } from './views.examples.ts'

const { scripts, config } = node().spec
const disk = (...lines: string[]) => node({ scripts: { ...scripts, 'disk/meridian-disk': lines } })
const [format = '', directories = '', swap = ''] = scripts['disk/meridian-disk'] ?? []

export default defineRule({
  id: 'node-data-encrypted',
  title:
    'What Kubernetes writes on a node lies on an encrypted disk, and Secrets are encrypted in its datastore',
  why: 'Sites stand in rooms of others: a machine or a disk that is carried away must show nothing.',
  mend: 'nodes/disk.ts: LUKS2 with AES-256 in XTS mode under every folder that Kubernetes writes to, no swap; nodes/config.ts: secrets-encryption with an authenticated provider.',
  controls: [
    'PCI DSS 3.5.1',
    'PCI DSS 3.6.1',
    'SOC 2 CC6.1',
    'SOC 2 CC6.4',
    'ISO 27001 A.8.24',
    'GDPR 32(1)(a)',
    'CCPA 1798.150',
  ],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Node'] },
  variables: [
    {
      name: 'lines',
      cel: `object.spec.scripts[?'disk/meridian-disk'].orValue([])`,
    },
    {
      name: 'bare',
      cel: `['/var/lib/rancher', '/var/lib/kubelet', '/var/log/pods', '/var/log/kubernetes'].filter(d,
!variables.lines.exists(l, l.startsWith('for directory in ') && d in l.replace(';', ' ').split(' ')))`,
    },
  ],
  validations: [
    {
      // XTS takes two keys: 512 bits are AES-256.
      cel: `variables.lines.exists(l, l.startsWith('cryptsetup luksFormat ') && l.contains('--type luks2') &&
l.contains('--cipher aes-xts-plain64') && l.contains('--key-size 512'))`,
      message: 'its data disk is not made with LUKS2 and AES-256 in XTS mode',
    },
    {
      cel: 'variables.bare.size() == 0',
      message: 'a folder that Kubernetes writes to is not on the encrypted disk',
      messageCel: `'not on the encrypted disk: ' + variables.bare.join(', ')`,
    },
    {
      cel: `object.spec.scripts.exists(file, file != 'disk/meridian-disk' &&
object.spec.scripts[file].exists(l, l == '/usr/local/sbin/meridian-disk'))`,
      message: 'nothing runs the script that encrypts its disk',
    },
    {
      cel: `variables.lines.exists(l, l == 'swapoff --all')`,
      message: 'memory may be written to a swap area',
    },
    {
      cel: `!object.spec.server || (object.spec.config[?'secrets-encryption'].orValue(false) == true &&
object.spec.config[?'secrets-encryption-provider'].orValue('aescbc') == 'secretbox')`,
      message: 'Secrets lie in the datastore in plain text, or encrypted without authentication',
    },
    {
      cel: `!object.spec.server || object.spec.config[?'default-local-storage-path'].orValue('/').startsWith('/var/lib/rancher/')`,
      message: 'local volumes lie outside the encrypted disk',
    },
  ],
  pass: [node(), node({ server: false, config: {} })],
  fail: [
    disk(directories, swap),
    disk(format.replace('512', '256'), directories, swap),
    disk(format, 'for directory in /var/lib/rancher /var/lib/kubelet; do', swap),
    disk(format, directories),
    node({ scripts: { 'disk/meridian-disk': scripts['disk/meridian-disk'] ?? [] } }),
    node({ config: { ...config, 'secrets-encryption': false } }),
    node({ config: { ...config, 'secrets-encryption-provider': 'aescbc' } }),
    node({ config: { ...config, 'default-local-storage-path': '/opt/volumes' } }),
  ],
  mutations: [
    { on: 'fleet.meridian/Node', change: [{ path: '/spec/config/secrets-encryption', remove: true }] },
    { on: 'fleet.meridian/Node', change: [{ path: '/spec/scripts/disk~1meridian-disk', value: [] }] },
  ],
})
