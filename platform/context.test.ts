import { join } from 'node:path'
import test from 'ava'
import { loadFleet } from '../clusters/fleet.ts'
import { bundleOf } from './context.ts'
import { renderStack } from './render/render.ts'
import { PlatformError, type Stack } from './stack.ts'
import { stackNamed } from './stacks.ts'

const fleet = loadFleet(join(import.meta.dirname, '../clusters'))

/** A real program whose line in stacks.ts names less than it uses. */
const cases: readonly { readonly stack: Stack; readonly says: RegExp; readonly mend: RegExp }[] = [
  {
    stack: { ...stackNamed('vault'), reads: ['cloud'] },
    says: /platform\/vault\/program\.ts: vault uses clusters, which its `reads` do not name/,
    mend: /add 'clusters' to the `reads` of vault/,
  },
  {
    stack: { ...stackNamed('aws-models'), needs: [] },
    says: /aws-models uses aws-core, which its `needs` do not name/,
    mend: /add 'aws-core' to the `needs` of aws-models/,
  },
  {
    stack: { ...stackNamed('aws-watch'), secrets: [] },
    says: /aws-watch uses pagerDutyIntegrationUrl, which its `secrets` do not name/,
    mend: /add 'pagerDutyIntegrationUrl' to the `secrets` of aws-watch/,
  },
  {
    stack: { ...stackNamed('aws-edge'), bundles: [] },
    says: /aws-edge uses viewer, which its `bundles` do not name/,
    mend: /add 'viewer' to the `bundles` of aws-edge/,
  },
]

for (const { stack, says, mend } of cases) {
  test.serial(`a program gets nothing that its line does not name: ${mend.source}`, async (t) => {
    const error = await t.throwsAsync(renderStack(stack, fleet), { instanceOf: PlatformError })
    t.regex(error.message, says)
    t.regex(error.mend, mend)
  })
}

test.serial('a wrong stack does not spoil the next one', async (t) => {
  const before = await renderStack(stackNamed('vault'), fleet)
  await t.throwsAsync(renderStack({ ...stackNamed('vault'), reads: [] }, fleet))
  t.deepEqual(await renderStack(stackNamed('vault'), fleet), before)
})

test('a bundle that is not built says so', (t) => {
  t.deepEqual(bundleOf('compute'), { path: 'services/compute/pkg/compute.tar.gz', digest: 'unbuilt' })
  t.throws(() => bundleOf('nothing'), { message: /nothing has no bundle\n.*viewer, worker, compute/ })
})
