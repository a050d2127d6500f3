import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const audit = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler']
const balancer = (spec: object = {}) => resource('lb.aws/LoadBalancer', spec)
const logged = { accessLogs: { enabled: true, bucket: 'logs' }, dropInvalidHeaderFields: true }

export default defineRule({
  id: 'entrances-logged',
  title: 'Every network, entrance and control plane writes down who came',
  why: 'After an incident the first question is who came in, when and where to.',
  mend: 'Flow logs for the VPC, access logs for load balancers, logs for distributions and Fastly services, all log types for EKS, query logs for the zone.',
  controls: ['PCI DSS 10.2.1', 'PCI DSS 10.2.2', 'SOC 2 CC7.2', 'ISO 27001 A.8.15', 'ISO 27001 A.8.16'],
  scope: 'cloud',
  match: {
    kinds: [
      'ec2.aws/Vpc',
      'lb.aws/LoadBalancer',
      'cloudfront.aws/Distribution',
      'eks.aws/Cluster',
      'fastly/ServiceVcl',
      'fastly/ServiceCompute',
    ],
  },
  validations: [
    {
      cel: `object.kind != 'Vpc' || object.graph.referrers.exists(r, r.kind == 'FlowLog' && r.spec.?trafficType.orValue('') == 'ALL')`,
      message: 'connections in the network are not recorded',
    },
    {
      // A network load balancer logs TLS connections alone, and has none.
      cel: `object.kind != 'LoadBalancer' || object.spec.?loadBalancerType.orValue('application') == 'network' || object.spec.?accessLogs.?enabled.orValue(false) == true`,
      message: 'requests are not recorded: access logs are off',
    },
    {
      cel: `object.kind != 'LoadBalancer' || object.spec.?loadBalancerType.orValue('application') == 'network' || object.spec.?dropInvalidHeaderFields.orValue(false) == true`,
      message: 'headers that are not valid are passed on (request smuggling)',
    },
    {
      cel: `object.kind != 'Distribution' || has(object.spec.loggingConfig) || object.graph.referrers.exists(r, r.kind in ['LogDeliverySource', 'RealtimeLogConfig']) ||
[object.spec.defaultCacheBehavior].exists(b, has(b.realtimeLogConfigArn))`,
      message: 'requests at the edge are not recorded',
    },
    {
      cel: `object.kind != 'Cluster' || ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].all(l, l in object.spec.?enabledClusterLogTypes.orValue([]))`,
      message: 'the control plane does not log all of its parts',
    },
    {
      cel: `!object.kind.startsWith('Service') || ['loggingS3s', 'loggingHttps', 'loggingElasticsearches'].exists(k, object.spec[?k].orValue([]).size() > 0)`,
      message: 'requests at the edge are not recorded: the service has no logging endpoint',
    },
  ],
  pass: [
    resource('ec2.aws/Vpc', {}, { referrers: [related('ec2.aws/FlowLog', { trafficType: 'ALL' })] }),
    balancer(logged),
    balancer({ loadBalancerType: 'network' }),
    resource('cloudfront.aws/Distribution', { loggingConfig: {}, defaultCacheBehavior: {} }),
    resource('eks.aws/Cluster', { enabledClusterLogTypes: audit }),
    resource('fastly/ServiceVcl', { loggingS3s: [{ name: 'logs' }] }),
  ],
  fail: [
    resource('ec2.aws/Vpc', {}, { referrers: [related('ec2.aws/FlowLog', { trafficType: 'REJECT' })] }),
    balancer({ ...logged, accessLogs: { enabled: false } }),
    balancer({ ...logged, dropInvalidHeaderFields: false }),
    resource('cloudfront.aws/Distribution', { defaultCacheBehavior: {} }),
    resource('eks.aws/Cluster', { enabledClusterLogTypes: audit.slice(1) }),
    resource('fastly/ServiceCompute'),
  ],
  mutations: [
    { on: 'cloudwatch.aws/LogDeliverySource', change: 'delete' },
    { on: 'ec2.aws/FlowLog', change: 'delete' },
    {
      on: 'lb.aws/LoadBalancer',
      change: [
        { path: '/spec/loadBalancerType', value: 'application' },
        { path: '/spec/accessLogs', value: { enabled: false } },
      ],
    },
    {
      on: 'lb.aws/LoadBalancer',
      change: [
        { path: '/spec/loadBalancerType', value: 'application' },
        { path: '/spec/dropInvalidHeaderFields', value: false },
      ],
    },
    { on: 'eks.aws/Cluster', change: [{ path: '/spec/enabledClusterLogTypes', value: ['api'] }] },
    { on: 'fastly/ServiceVcl', change: [{ path: '/spec/loggingS3s', value: [] }] },
  ],
})
