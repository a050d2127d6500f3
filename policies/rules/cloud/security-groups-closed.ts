import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const balancer = related('lb.aws/LoadBalancer')
const into = (spec: object) =>
  related('vpc.aws/SecurityGroupIngressRule', { securityGroupId: `\${example.id}`, ...spec })
const out = (spec: object) =>
  related('vpc.aws/SecurityGroupEgressRule', { securityGroupId: `\${example.id}`, ...spec })
const group = (referrers: readonly ReturnType<typeof related>[], spec: object = {}) =>
  resource('ec2.aws/SecurityGroup', { vpcId: `\${vpc.id}`, ...spec }, { referrers })
const world = { cidrIpv4: '0.0.0.0/0', ipProtocol: 'tcp', fromPort: 443, toPort: 443 }

export default defineRule({
  id: 'security-groups-closed',
  title:
    'Security groups admit the internet to port 443 of the entrances alone, and let nothing out everywhere',
  why: 'A port that is open to the world is found within minutes; a machine that may call anywhere carries data out.',
  mend: 'Name the group or the range of the other end, and the port; declare groups and ways by platform/aws/region/walls.ts.',
  controls: [
    'PCI DSS 1.3.1',
    'PCI DSS 1.3.2',
    'PCI DSS 1.4.2',
    'SOC 2 CC6.6',
    'ISO 27001 A.8.20',
    'ISO 27001 A.8.22',
  ],
  scope: 'cloud',
  match: { kinds: ['ec2.aws/SecurityGroup', 'ec2.aws/DefaultSecurityGroup', 'ec2.aws/SecurityGroupRule'] },
  variables: [
    { name: 'own', cel: `'\${' + object.metadata.name + '.'` },
    {
      name: 'world',
      cel: `object.graph.referrers.filter(r, r.kind in ['SecurityGroupIngressRule', 'SecurityGroupEgressRule'] &&
r.spec.securityGroupId.startsWith(variables.own) && (r.spec.?cidrIpv4.orValue('') == '0.0.0.0/0' || r.spec.?cidrIpv6.orValue('') == '::/0'))`,
    },
    {
      name: 'everything',
      cel: `object.graph.referrers.filter(r, r.kind in ['SecurityGroupIngressRule', 'SecurityGroupEgressRule'] &&
r.spec.securityGroupId.startsWith(variables.own) && string(r.spec.?ipProtocol.orValue('-1')) in ['-1', 'all'] &&
!r.spec.?referencedSecurityGroupId.orValue('').startsWith(variables.own))`,
    },
    {
      name: 'inline',
      cel: `object.spec.?ingress.orValue([]).size() + object.spec.?egress.orValue([]).size()`,
    },
  ],
  validations: [
    {
      cel: `variables.world.all(r, r.kind != 'SecurityGroupIngressRule' || (r.spec.?fromPort.orValue(0) == 443 && r.spec.?toPort.orValue(0) == 443 &&
object.graph.referrers.exists(l, l.kind == 'LoadBalancer')))`,
      message: 'the internet is admitted to what is not port 443 of a load balancer',
      messageCel: `'the internet is admitted to what is not port 443 of a load balancer: ' + variables.world.filter(r, r.kind == 'SecurityGroupIngressRule').map(r, r.name).join(', ')`,
    },
    {
      cel: `variables.everything.size() == 0`,
      message: 'all protocols and ports are open to somebody',
      messageCel: `'all protocols and ports are open: ' + variables.everything.map(r, r.name).join(', ')`,
    },
    {
      // Where every address is allowed, one port is: HTTPS to what has no range of its own.
      cel: `variables.world.all(r, r.kind != 'SecurityGroupEgressRule' || (r.spec.?fromPort.orValue(0) == 443 && r.spec.?toPort.orValue(0) == 443))`,
      message: 'the whole internet may be called on other ports than 443',
    },
    {
      cel: `variables.inline == 0 && object.kind != 'SecurityGroupRule'`,
      message:
        'rules stand in the group itself or in the old kind: each is a SecurityGroupIngressRule or EgressRule, which names one way',
    },
  ],
  permissions: [
    {
      where: "a group's ways to itself",
      allows: ['all protocols and ports'],
      why: 'Nodes of one cluster speak to each other on ports that its pods choose.',
      instead:
        'Between pods NetworkPolicies deny what is not named (namespace-default-deny), and every service asks for a certificate.',
    },
  ],
  pass: [
    group([into({ referencedSecurityGroupId: `\${example.id}`, ipProtocol: '-1' })]),
    group([balancer, into(world)]),
    group([
      into({ referencedSecurityGroupId: `\${entrance.id}`, ipProtocol: 'tcp', fromPort: 8443, toPort: 8443 }),
    ]),
    group([out(world)]),
    // The rule of another group that names this one as its other end.
    group([into({ ...world, securityGroupId: `\${another.id}`, fromPort: 80, toPort: 80 })]),
    resource('ec2.aws/DefaultSecurityGroup', { vpcId: `\${vpc.id}` }),
  ],
  fail: [
    group([into(world)]),
    group([balancer, into({ ...world, fromPort: 22, toPort: 443 })]),
    group([into({ referencedSecurityGroupId: `\${entrance.id}`, ipProtocol: '-1' })]),
    group([out({ ...world, fromPort: 25, toPort: 25 })]),
    group([], { ingress: [{ cidrBlocks: ['10.0.0.0/8'] }] }),
    resource('ec2.aws/SecurityGroupRule', { type: 'ingress' }),
  ],
  mutations: [
    {
      on: 'vpc.aws/SecurityGroupIngressRule',
      change: [
        { path: '/spec/referencedSecurityGroupId', remove: true },
        { path: '/spec/cidrIpv4', value: '0.0.0.0/0' },
        { path: '/spec/fromPort', value: 22 },
      ],
    },
    { on: 'vpc.aws/SecurityGroupEgressRule', change: [{ path: '/spec/ipProtocol', value: '-1' }] },
    {
      on: 'vpc.aws/SecurityGroupEgressRule',
      change: [
        { path: '/spec/cidrIpv4', value: '0.0.0.0/0' },
        { path: '/spec/fromPort', value: 0 },
        { path: '/spec/toPort', value: 65535 },
      ],
    },
    {
      on: 'ec2.aws/SecurityGroup',
      change: [{ path: '/spec/ingress', value: [{ cidrBlocks: ['0.0.0.0/0'], fromPort: 22, toPort: 22 }] }],
    },
  ],
})
