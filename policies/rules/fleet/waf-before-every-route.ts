import { defineRule } from '../../rule.ts'
import { programs, route } from './views.examples.ts'

const [entrance, router] = programs
const gateway = (config: object, own: object = { id: 'web', public: true }) => ({
  workload: 'gateway/gateway',
  variant: 'gateway/small',
  entrance: true,
  route: { ...own },
  config: { ...entrance?.config, ...config },
})
const behind = router ? [router] : []

export default defineRule({
  id: 'waf-before-every-route',
  title: 'Every route has a web application firewall that blocks in front of it, at every public entrance',
  why: 'A route that the public reaches past the firewall, or past one that only watches, is open to known attacks.',
  mend: "apps/gateway/gateway-config.ts: waf.mode is block, and every route of clusters/routes.yaml is among the gateway's.",
  controls: ['PCI DSS 6.4.2', 'SOC 2 CC6.6', 'ISO 27001 A.8.26', 'CCPA 1798.150'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Route'] },
  variables: [
    { name: 'entrances', cel: 'object.spec.programs.filter(p, p.entrance)' },
    { name: 'deaf', cel: 'object.spec.silent.filter(p, p.entrance).map(p, p.variant)' },
    {
      name: 'open',
      cel: `variables.entrances.filter(p, p.config.?waf.?mode.orValue('off') != 'block').map(p, p.variant)`,
    },
    {
      name: 'loose',
      cel: `variables.entrances.filter(p, p.route.?public.orValue(false) && !object.spec.public).map(p, p.variant)`,
    },
  ],
  validations: [
    {
      cel: 'variables.entrances.size() > 0 && variables.deaf.size() == 0',
      message: 'a public entrance does not know the route',
      messageCel: `variables.deaf.size() > 0 ? 'unknown to ' + variables.deaf.join(', ') : 'no public entrance knows the route'`,
    },
    {
      cel: 'variables.open.size() == 0',
      message: 'a firewall in front of it does not block',
      messageCel: `'the firewall does not block in ' + variables.open.join(', ')`,
    },
    {
      cel: 'variables.loose.size() == 0',
      message: 'an entrance takes it for public and asks for no token',
      messageCel: `'taken for public in ' + variables.loose.join(', ')`,
    },
  ],
  pass: [route(), route({ public: false, programs: [gateway({}, { id: 'web', public: false }), ...behind] })],
  fail: [
    route({ programs: behind }),
    route({ silent: [{ variant: 'gateway/large', entrance: true }] }),
    route({ programs: [gateway({ waf: { mode: 'detect' } }), ...behind] }),
    route({ programs: [gateway({ waf: {} }), ...behind] }),
    route({ public: false }),
  ],
  mutations: [
    {
      on: 'fleet.meridian/Route',
      where: { name: 'api' },
      change: [{ path: '/spec/programs/0/config/waf/mode', value: 'detect' }],
    },
    { on: 'ConfigMap', where: { namespace: 'gateway', name: 'gateway-config' }, change: 'delete' },
  ],
})
