import test from 'ava'
import { InferenceConfig } from '../../services/inference/config.ts'
import { anyRelease, centralCluster, largeSite, platform, render, smallSite } from '../_lib/testing.ts'
import app from './app.ts'

const props = (site = smallSite) => {
  const placed = app.place(site, anyRelease, platform)
  if (!placed) throw new TypeError('not placed')
  return placed
}
const gpuSite = { ...smallSite, gpu: true }

test('inference stands at the edge alone', (t) => {
  t.truthy(app.place(smallSite, anyRelease, platform))
  t.is(app.place(centralCluster, anyRelease, platform), undefined)
})

test('where there is a GPU, pods ask for one, run on such a node and in the image that can use it', (t) => {
  const { one } = render(app, props(gpuSite))
  const { spec } = one('Deployment', 'inference').spec.template
  t.is(spec.runtimeClassName, 'nvidia')
  t.deepEqual(spec.nodeSelector, { 'nvidia.com/gpu.present': 'true' })
  t.is(spec.containers[0].resources.limits['nvidia.com/gpu'], 1)
  t.regex(spec.containers[0].image, /\/inference-gpu:/)
  t.is(
    InferenceConfig.parse(JSON.parse(one('ConfigMap', 'inference-config').data['inference.json'])).device,
    'cuda',
  )
})

test('where there is none, nothing asks for one', (t) => {
  const { all, one } = render(app, props())
  t.false(/nvidia/i.test(JSON.stringify(all)))
  const config = InferenceConfig.parse(
    JSON.parse(one('ConfigMap', 'inference-config').data['inference.json']),
  )
  t.is(config.device, 'cpu')
})

test('it is told the routes of models, and no others', (t) => {
  t.deepEqual(props().routes, [{ id: 'vision', path: '/ml/vision', timeoutMs: 1000 }])
})

test('only the router may call it', (t) => {
  const { spec } = render(app, props()).one('NetworkPolicy', 'inference')
  const callers = spec.ingress.map(
    (rule: { from: { podSelector: { matchLabels: Record<string, string> } }[] }) =>
      rule.from[0] && Object.values(rule.from[0].podSelector.matchLabels)[0],
  )
  t.deepEqual(callers, ['router', 'prometheus'])
})

test('models stay under half of the memory asked for, or they alone would scale it up', (t) => {
  for (const site of [smallSite, largeSite]) {
    const placed = props(site)
    const [container] = render(app, placed).one('Deployment', 'inference').spec.template.spec.containers
    const askedMiB = Number.parseInt(container.resources.requests.memory, 10) * 1024
    t.true(placed.memoryMiB < askedMiB / 2, placed.size)
  }
})

test('sites with and without a GPU are variants of their own', (t) => {
  t.is(app.variant(props()), 'small')
  t.is(app.variant(props(gpuSite)), 'small-gpu')
})
