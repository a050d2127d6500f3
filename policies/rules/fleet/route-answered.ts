import { defineRule } from '../../rule.ts'
import { programs, route } from './views.examples.ts'

const [entrance, router] = programs
const answered = (config: object, upstream = 'web') =>
  route({
    upstream,
    entrances: upstream === 'web' ? route().spec.entrances : [],
    programs: [
      ...(entrance ? [entrance] : []),
      ...(router ? [{ ...router, route: { id: 'web', upstream }, config: { ...config } }] : []),
    ],
  })

export default defineRule({
  id: 'route-answered',
  title: 'Every route leads, behind its entrance, to an upstream that is known and encrypted',
  why: 'A route that leads nowhere is an outage for its users; one that leaves in plain text shows them to others.',
  mend: 'clusters/routes.yaml: its upstream is one of the upstreams there, or a service that the router is given by https and SPIFFE id.',
  controls: ['PCI DSS 4.2.1', 'SOC 2 A1.2', 'SOC 2 CC6.7', 'ISO 27001 A.8.26'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Route'] },
  variables: [
    { name: 'upstream', cel: 'object.spec.upstream' },
    {
      name: 'answering',
      // A program behind the entrance that routes: one that only serves models names no upstream.
      cel: `object.spec.programs.filter(p, !p.entrance && p.route.?upstream.orValue('') == variables.upstream)`,
    },
    { name: 'silent', cel: 'object.spec.silent.filter(p, !p.entrance).map(p, p.variant)' },
    {
      name: 'lost',
      cel: `variables.answering.filter(p,
!(variables.upstream in p.config.?upstreams.orValue({}) && p.config.upstreams[variables.upstream].regions.size() > 0) &&
!(p.config[?variables.upstream].?url.orValue('').startsWith('https://') &&
p.config[?variables.upstream].?spiffePath.orValue('') != '')).map(p, p.variant)`,
    },
  ],
  validations: [
    {
      cel: 'variables.answering.size() > 0 && variables.silent.size() == 0',
      message: 'no program behind the entrance answers it',
      messageCel: `variables.silent.size() > 0 ? 'not answered behind the entrance by ' + variables.silent.join(', ') : 'no program behind the entrance answers it'`,
    },
    {
      cel: 'variables.lost.size() == 0',
      message: 'its upstream is unknown, or called without TLS or identity',
      messageCel: `'upstream ' + variables.upstream + ' is unknown, or called without TLS or identity, in ' + variables.lost.join(', ')`,
    },
    {
      cel: 'object.spec.entrances.all(e, e.port == 443)',
      message: "a region's entrance is not on the port of HTTPS",
      messageCel: `'not on port 443: ' + object.spec.entrances.filter(e, e.port != 443).map(e, e.host).join(', ')`,
    },
  ],
  pass: [
    route(),
    answered(
      { inference: { url: 'https://inference.example:8443', spiffePath: '/ns/inference/sa/inference' } },
      'inference',
    ),
  ],
  fail: [
    route({ programs: entrance ? [entrance] : [] }),
    route({ silent: [{ variant: 'router/large', entrance: false }] }),
    answered({ upstreams: {} }),
    answered({ upstreams: { web: { regions: [] } } }),
    answered(
      { inference: { url: 'http://inference.example', spiffePath: '/ns/inference/sa/inference' } },
      'inference',
    ),
    answered({ inference: { url: 'https://inference.example' } }, 'inference'),
    route({ entrances: [{ region: 'eu-west-1', host: 'origin.example', port: 80 }] }),
  ],
  mutations: [
    { on: 'ConfigMap', where: { namespace: 'router', name: 'router-config' }, change: 'delete' },
    {
      on: 'fleet.meridian/Route',
      where: { name: 'web' },
      change: [{ path: '/spec/entrances/0/port', value: 80 }],
    },
  ],
})
