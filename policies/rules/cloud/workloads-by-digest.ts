import { defineRule } from '../../rule.ts'
import { resource } from './views.examples.ts'

const repository = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web'
const digest = `sha256:${'a'.repeat(64)}`
const task = (image: string) =>
  resource('ecs.aws/TaskDefinition', { containerDefinitions: [{ name: 'web', image }] })
const model = (image: string) => resource('sagemaker.aws/Model', { primaryContainer: { image } })
const text = (kind: string, value: string) =>
  resource(kind, {}, { texts: [{ at: '/sourceCodeHash', text: value }] })

export default defineRule({
  id: 'workloads-by-digest',
  title: 'Tasks, models and functions run the image or bundle that its digest names',
  why: 'A tag can be moved to other code after the review; a digest cannot.',
  mend: 'Name images as registry/repository:version@sha256:…, and give functions their code with its digest (context.bundle).',
  controls: ['PCI DSS 6.3.2', 'PCI DSS 6.5.1', 'SOC 2 CC8.1', 'ISO 27001 A.8.19', 'ISO 27001 A.8.32'],
  scope: 'cloud',
  match: { kinds: ['*/*'] },
  variables: [
    {
      name: 'images',
      cel: `object.kind == 'TaskDefinition' && object.apiVersion == 'ecs.aws/v1' ?
(type(object.spec.containerDefinitions) == list ? object.spec.containerDefinitions.map(c, c.?image.orValue('')) : ['a text that cannot be read']) :
object.kind == 'Model' && object.apiVersion == 'sagemaker.aws/v1' ?
[object.spec.?primaryContainer.?image.orValue('')] + object.spec.?containers.orValue([]).map(c, c.?image.orValue('')) :
object.kind == 'Function' && object.apiVersion == 'lambda.aws/v1' && has(object.spec.imageUri) ? [object.spec.imageUri] : []`,
    },
    { name: 'tagged', cel: `variables.images.filter(i, i != '' && !i.matches('@sha256:[0-9a-f]{64}$'))` },
    {
      name: 'zero',
      cel: `variables.images.filter(i, i.endsWith('@sha256:${'0'.repeat(64)}')).map(i, i.split('@')[0])`,
    },
    {
      name: 'unbuilt',
      cel: `object.kind == 'Stack' ? [] : object.graph.texts.filter(t, t.text == 'unbuilt' || t.text.endsWith('unbuilt')).map(t, t.at)`,
    },
  ],
  validations: [
    {
      cel: 'variables.tagged.size() == 0',
      message: 'an image is named by a tag',
      messageCel: `'named by a tag: ' + variables.tagged.join(', ')`,
    },
    {
      cel: 'variables.zero.size() == 0',
      message: 'an image is not built or mirrored yet (all-zero digest)',
      messageCel: `'not built or mirrored yet (all-zero digest): ' + variables.zero.join(', ')`,
      severity: 'warning',
    },
    {
      cel: 'variables.unbuilt.size() == 0',
      message: 'a bundle is not built yet',
      messageCel: `'a bundle is not built yet: ' + variables.unbuilt.join(', ')`,
      severity: 'warning',
    },
  ],
  pass: [
    task(`${repository}:0.1.0@${digest}`),
    model(`${repository}@${digest}`),
    text('lambda.aws/Function', 'a1b2c3'),
  ],
  fail: [
    task(`${repository}:latest`),
    model(repository),
    task(`${repository}:0.1.0@sha256:${'0'.repeat(64)}`),
    text('lambda.aws/Function', 'unbuilt'),
  ],
  mutations: [
    {
      on: 'ecs.aws/TaskDefinition',
      change: [
        { path: '/spec/containerDefinitions', value: [{ name: 'web', image: `${repository}:latest` }] },
      ],
    },
    {
      on: 'sagemaker.aws/Model',
      change: [{ path: '/spec/primaryContainer/image', value: `${repository}:latest` }],
    },
    {
      on: 'ecs.aws/TaskDefinition',
      change: [
        {
          path: '/spec/containerDefinitions',
          value: [{ name: 'web', image: `${repository}:9@sha256:${'0'.repeat(64)}` }],
        },
      ],
    },
    { on: 's3.aws/Bucket', change: [{ path: '/spec/sourceCodeHash', value: 'unbuilt' }] },
  ],
})
