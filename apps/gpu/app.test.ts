import test from 'ava'
import { anyRelease, platform, render, smallSite } from '../_lib/testing.ts'
import inference from '../inference/app.ts'
import app from './app.ts'

const gpuSite = { ...smallSite, gpu: true }
const objects = () => render(app, app.place(gpuSite, anyRelease, platform))

test('the device plugin is where a GPU is', (t) => {
  t.is(app.place(smallSite, anyRelease, platform), undefined)
  t.truthy(app.place(gpuSite, anyRelease, platform))
})

test('it runs on the nodes, and under the runtime class, that inference asks for', (t) => {
  const { one } = objects()
  const agent = one('DaemonSet', 'nvidia-device-plugin').spec.template.spec
  const asked = render(inference, inference.place(gpuSite, anyRelease, platform)).one(
    'Deployment',
    'inference',
  )
  const user = asked.spec.template.spec
  t.deepEqual(agent.nodeSelector, user.nodeSelector)
  t.is(one('RuntimeClass', user.runtimeClassName).handler, 'nvidia')
})

test('it has root and the kubelet’s plugin folder, and nothing else that a pod of ours has not', (t) => {
  const { spec } = objects().one('DaemonSet', 'nvidia-device-plugin').spec.template
  const [container] = spec.containers
  t.deepEqual(container.securityContext, {
    runAsUser: 0,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  t.is(spec.securityContext.seccompProfile.type, 'RuntimeDefault')
  t.false(spec.automountServiceAccountToken)
  t.false('hostNetwork' in spec || 'hostPID' in spec || 'hostIPC' in spec)
  t.deepEqual(
    spec.volumes.flatMap(({ hostPath }: { hostPath?: { path: string } }) =>
      hostPath ? [hostPath.path] : [],
    ),
    ['/var/lib/kubelet/device-plugins'],
  )
})

test('one GPU serves a pod and its replacement at a time, and a new setting replaces the plugin', (t) => {
  const placed = app.place(gpuSite, anyRelease, platform)
  if (!placed) throw new TypeError('not placed')
  t.false(app.props.safeParse({ ...placed, sharesPerGpu: 1 }).success)
  const digest = (sharesPerGpu: number) =>
    render(app, { ...placed, sharesPerGpu }).one('DaemonSet', 'nvidia-device-plugin').spec.template.metadata
      .annotations['meridian/config-digest']
  t.not(digest(4), digest(8))
})
