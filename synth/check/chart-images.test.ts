import test from 'ava'
import { type RenderedTree, treeOf } from '../views/tree.ts'
import { chartImages } from './chart-images.ts'

const digest = `sha256:${'0'.repeat(64)}`

const imagesOf = (values: Readonly<Record<string, string>>) =>
  chartImages(tree(values)).map(({ app, image, files }) => `${app} ${image} ${files.join(' ')}`)

test('an image is found however its chart writes it', (t) => {
  const values = `
image: { repository: r/controller, tag: v1, digest: "${digest}" }
webhook: { image: { repository: r/webhook, tag: "v1@${digest}" } }
plain: { image: { repository: r/plain, tag: latest } }
extraContainers: [{ name: helper, image: "r/helper:1@${digest}" }]
`
  t.deepEqual(imagesOf({ 'apps/a/small': values }), [
    `a r/controller:v1@${digest} apps/a/small/values.yaml`,
    `a r/webhook:v1@${digest} apps/a/small/values.yaml`,
    'a r/plain:latest apps/a/small/values.yaml',
    `a r/helper:1@${digest} apps/a/small/values.yaml`,
  ])
})

test('an image of several variants is one, of several apps several', (t) => {
  const values = `image: "r/a:1@${digest}"\nother: { image: "r/a:1@${digest}" }\n`
  t.deepEqual(imagesOf({ 'apps/a/large': values, 'apps/a/small': values, 'apps/b/small': values }), [
    `a r/a:1@${digest} apps/a/large/values.yaml apps/a/small/values.yaml`,
    `b r/a:1@${digest} apps/b/small/values.yaml`,
  ])
})

test('a repository that has no tag and no digest is no image', (t) => {
  t.deepEqual(
    imagesOf({ 'apps/a/small': 'source: { repository: https://git.meridian.example/a.git }\n' }),
    [],
  )
})

test('it is judged as the container of a pod', (t) => {
  const [image] = chartImages(tree({ 'apps/a/small': `image: "r/a:1@${digest}"\n` }))
  t.like(JSON.parse(image?.text ?? ''), {
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [{ image: `r/a:1@${digest}` }] },
  })
})

function tree(values: Readonly<Record<string, string>>): RenderedTree {
  return treeOf(new Map(Object.entries(values).map(([folder, text]) => [`${folder}/values.yaml`, text])))
}
