import * as aws from '@pulumi/aws'
import { PlatformError } from '../../stack.ts'
import { declareWebAcl } from '../_lib/waf.ts'
import { declareCertificate } from './certificate.ts'
import { factsOf, keyOf, protectedIn, type Setting, type Subnet } from './setting.ts'
import { type Targets, upstreamsOf } from './targets.ts'
import type { Group } from './walls.ts'

/** TLS 1.3 alone, with X25519MLKEM768 where the client has it. Source: Elastic Load Balancing, security policies. */
const tlsPolicy = 'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09'
/** Route 53 asks by TLS 1.2 at most (HealthCheckConfig in its API reference). */
const healthTlsPolicy = 'ELBSecurityPolicy-TLS13-1-2-2021-06'

export interface BalancerArgs {
  readonly subnets: readonly Subnet[]
  readonly group: Group
  readonly targets: Targets
}

/** The application load balancer, and its listeners by name. */
export interface Balancer {
  readonly balancer: aws.lb.LoadBalancer
  readonly listeners: Readonly<Record<'https' | 'health', aws.lb.Listener>>
  readonly rules: Rules
}

/** By upstream. ECS refuses a target group that no rule leads to yet, so its services wait for theirs. */
export type Rules = ReadonlyMap<string, readonly aws.lb.ListenerRule[]>

/** Ends TLS, asks edges for their certificate, filters, and sends each route to its upstream. */
export function declareBalancer(setting: Setting, { subnets, group, targets }: BalancerArgs): Balancer {
  const { region, fleet, core, opts } = setting
  const { entrance } = factsOf(setting)
  const { healthPort } = fleet.cloud.aws.entrance
  const logs = core(`accessLogsBucket.${region}`)
  const balancer = new aws.lb.LoadBalancer(
    'balancer',
    {
      name: `meridian-${region}`,
      loadBalancerType: 'application',
      internal: true,
      subnets: subnets.map(({ subnet }) => subnet.id),
      securityGroups: [group.group.id],
      dropInvalidHeaderFields: true,
      desyncMitigationMode: 'strictest',
      preserveHostHeader: true,
      xffHeaderProcessingMode: 'append',
      enableTlsVersionAndCipherSuiteHeaders: true,
      enableDeletionProtection: true,
      // Longer than the slowest route, so that the edge gives up first.
      idleTimeout: Math.ceil(Math.max(...routesOf(setting).map(({ timeoutMs }) => timeoutMs)) / 1000) + 5,
      accessLogs: { bucket: logs, enabled: true },
      connectionLogs: { bucket: logs, enabled: true },
    },
    protectedIn(setting),
  )
  // The region's own name, and those that lead to any region (aws/edge/region-dns.ts).
  const certificateArn = declareCertificate(setting, 'entrance', entrance.host.replace(/^[^.]+/, '*'))
  const trust = new aws.lb.TrustStore(
    'edges-trust',
    {
      name: `meridian-edges-${region}`,
      caCertificatesBundleS3Bucket: core('trustBundleBucket'),
      caCertificatesBundleS3Key: core('trustBundleKey'),
      caCertificatesBundleS3ObjectVersion: core('trustBundleVersion'),
    },
    opts,
  )
  const listen = (name: string, port: number, more: Partial<aws.lb.ListenerArgs>) =>
    new aws.lb.Listener(
      name,
      {
        loadBalancerArn: balancer.arn,
        protocol: 'HTTPS',
        port,
        sslPolicy: tlsPolicy,
        certificateArn,
        routingHttpResponseServerEnabled: false,
        defaultActions: [
          { type: 'fixed-response', fixedResponse: { contentType: 'text/plain', statusCode: '404' } },
        ],
        ...more,
      },
      opts,
    )
  const https = listen('https', entrance.port, {
    mutualAuthentication: { mode: 'verify', trustStoreArn: trust.arn, ignoreClientCertificateExpiry: false },
  })
  const health = listen('health', healthPort, { sslPolicy: healthTlsPolicy })
  const rules = declareRules(setting, https, targets)
  declareHealthRule(setting, health, targets)
  declareFilter(setting, balancer)
  return { balancer, listeners: { https, health }, rules }
}

/** The routes whose upstream answers here, the longest path of a host first: the order in which rules are tried. */
export function routesOf(setting: Pick<Setting, 'region' | 'fleet'>) {
  const here = upstreamsOf(setting)
  return setting.fleet.routes.routes
    .filter(({ upstream }) => here.includes(upstream))
    .toSorted((a, b) => b.path.length - a.path.length || (a.id < b.id ? -1 : 1))
}

function declareRules(setting: Setting, listener: aws.lb.Listener, targets: Targets): Rules {
  const rules = routesOf(setting).map(({ id, host, path, upstream }, index) => {
    // A path stands for itself and all below it.
    const values = path === '/' ? ['/*'] : [path, `${path}/*`]
    const rule = new aws.lb.ListenerRule(
      `route-${id}`,
      {
        listenerArn: listener.arn,
        priority: (index + 1) * 10,
        conditions: [{ hostHeader: { values: [host] } }, { pathPattern: { values } }],
        actions: [{ type: 'forward', targetGroupArn: targetOf(targets, upstream).arn }],
      },
      setting.opts,
    )
    return { upstream, rule }
  })
  const byUpstream = Map.groupBy(rules, ({ upstream }) => upstream)
  return new Map([...byUpstream].map(([upstream, own]) => [upstream, own.map(({ rule }) => rule)]))
}

/** Health is that of the service which most users meet: a balancer without it is no use. */
function declareHealthRule({ fleet, opts }: Setting, listener: aws.lb.Listener, targets: Targets): void {
  new aws.lb.ListenerRule(
    'health-path',
    {
      listenerArn: listener.arn,
      priority: 10,
      conditions: [
        { pathPattern: { values: [fleet.cloud.aws.entrance.healthPath] } },
        { httpRequestMethod: { values: ['GET', 'HEAD'] } },
      ],
      actions: [{ type: 'forward', targetGroupArn: targetOf(targets, 'web').arn }],
    },
    opts,
  )
}

function declareFilter(setting: Setting, balancer: aws.lb.LoadBalancer): void {
  const { region, fleet, opts } = setting
  const applications = [...new Set(routesOf(setting).map(({ host }) => host))]
  const acl = declareWebAcl(
    `entrance-${region}`,
    { scope: 'REGIONAL', applications, fleet, logKeyArn: keyOf(setting, 'logs') },
    opts,
  )
  new aws.wafv2.WebAclAssociation('entrance-filter', { resourceArn: balancer.arn, webAclArn: acl.arn }, opts)
}

function targetOf(targets: Targets, upstream: string): aws.lb.TargetGroup {
  const target = targets.get(upstream)
  if (target) return target
  throw new PlatformError(
    'clusters/routes.yaml',
    `no upstream ${upstream} in this region; it has: ${[...targets.keys()].join(', ')}`,
    'add the region to it',
  )
}
