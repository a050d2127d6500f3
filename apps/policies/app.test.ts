import test from 'ava'
import { rules } from '../../policies/rules.ts'
import { anyRelease, platform, render, smallSite } from '../_lib/testing.ts'
import app from './app.ts'

test('every rule that a cluster is asked becomes a policy with a binding', (t) => {
  const { all, one } = render(app, app.place(smallSite, anyRelease, platform))
  const judged = rules.filter(({ scope, admission }) => scope === 'object' && admission)
  t.true(judged.length > 0)
  for (const { id } of judged) {
    const policy = `meridian-${id}`
    t.truthy(one('ValidatingAdmissionPolicy', policy))
    t.true(
      all.some(({ kind, spec }) => kind === 'ValidatingAdmissionPolicyBinding' && spec.policyName === policy),
    )
  }
})
