import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const lifecycle = related('ecr.aws/LifecyclePolicy')
const repository = (changes: object = {}, referrers = [lifecycle]) =>
  resource(
    'ecr.aws/Repository',
    { imageTagMutability: 'IMMUTABLE', imageScanningConfiguration: { scanOnPush: true }, ...changes },
    { referrers },
  )

export default defineRule({
  id: 'registries-immutable',
  title: 'What is in the registry stays what it is, is scanned as it arrives, and old images end',
  why: 'A tag that can be moved makes every review of it void; a known hole must be known before it runs.',
  mend: 'Set imageTagMutability IMMUTABLE, imageScanningConfiguration.scanOnPush and a LifecyclePolicy for the repository.',
  controls: [
    'PCI DSS 6.3.1',
    'PCI DSS 6.3.2',
    'SOC 2 CC7.1',
    'SOC 2 CC8.1',
    'ISO 27001 A.8.8',
    'ISO 27001 A.8.19',
  ],
  scope: 'cloud',
  match: { kinds: ['ecr.aws/Repository'] },
  validations: [
    {
      cel: `object.spec.?imageTagMutability.orValue('MUTABLE') == 'IMMUTABLE'`,
      message: 'tags can be moved to other images',
    },
    {
      cel: `object.spec.?imageScanningConfiguration.?scanOnPush.orValue(false) == true`,
      message: 'images are not scanned when they arrive',
    },
    {
      cel: `object.graph.referrers.exists(r, r.kind == 'LifecyclePolicy')`,
      message: 'images are kept for ever',
    },
  ],
  pass: [repository()],
  fail: [
    repository({ imageTagMutability: 'MUTABLE' }),
    repository({ imageScanningConfiguration: { scanOnPush: false } }),
    repository({}, []),
  ],
  mutations: [
    { on: 'ecr.aws/Repository', change: [{ path: '/spec/imageTagMutability', value: 'MUTABLE' }] },
    {
      on: 'ecr.aws/Repository',
      change: [{ path: '/spec/imageScanningConfiguration/scanOnPush', value: false }],
    },
    { on: 'ecr.aws/LifecyclePolicy', change: 'delete' },
  ],
})
