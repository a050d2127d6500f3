import { defineRule } from '../../rule.ts'
import { platform } from './views.examples.ts'

export default defineRule({
  id: 'logs-kept-a-year',
  title: 'The central store keeps logs for 365 days',
  why: 'Most breaches are found months later; what happened must still be there to read.',
  mend: 'clusters/platform.yaml: logs.retentionDays is 365 or more.',
  controls: ['PCI DSS 10.5.1', 'SOC 2 CC7.2', 'ISO 27001 A.8.15'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Platform'] },
  validations: [
    {
      cel: 'object.spec.logRetentionDays >= 365',
      message: 'logs are kept for less than 365 days',
      messageCel: `'logs are kept for ' + string(object.spec.logRetentionDays) + ' days, not for 365'`,
    },
  ],
  pass: [platform()],
  fail: [platform({ logRetentionDays: 90 })],
  mutations: [{ on: 'fleet.meridian/Platform', change: [{ path: '/spec/logRetentionDays', value: 364 }] }],
})
