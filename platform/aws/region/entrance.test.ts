import test from 'ava'
import { all, fleet, ireland, named, ofKind, render } from './graph.testing.ts'

const { healthPort, healthPath } = fleet.cloud.aws.entrance

test('a region is entered at an address of its own in each zone, which is never given back', (t) => {
  for (const [region, graph] of all) {
    const front = named(graph, 'lb', 'LoadBalancer', 'front')
    t.like(front, { loadBalancerType: 'network', enableDeletionProtection: true })
    t.deepEqual(
      front.subnetMappings,
      ['a', 'b', 'c'].map((zone) => ({
        allocationId: `\${address-${zone}.id}`,
        subnetId: `\${public-${zone}.id}`,
      })),
    )
    for (const { name, protect } of ofKind(graph, 'ec2', 'Eip').filter(({ name }) =>
      name.includes('address-'),
    )) {
      t.true(protect, `${region} ${name}`)
    }
  }
})

test('behind it a balancer that nobody else reaches ends TLS and drops what is malformed', (t) => {
  for (const [region, graph] of all) {
    t.like(named(graph, 'lb', 'LoadBalancer', 'balancer'), {
      loadBalancerType: 'application',
      internal: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: 'strictest',
      enableDeletionProtection: true,
      accessLogs: { bucket: `\${aws-core.outputs.accessLogsBucket.${region}}`, enabled: true },
      connectionLogs: { enabled: true },
    })
    const ways = ofKind(graph, 'vpc', 'SecurityGroupIngressRule')
      .filter(({ inputs }) => inputs.securityGroupId === `\${balancer-group.id}`)
      .map(({ inputs }) => [inputs.referencedSecurityGroupId, inputs.fromPort])
    t.deepEqual(ways, [
      [`\${entrance-group.id}`, 443],
      [`\${entrance-group.id}`, healthPort],
    ])
    const longest = Math.max(...fleet.routes.routes.map(({ timeoutMs }) => timeoutMs)) / 1000
    t.true(Number(named(graph, 'lb', 'LoadBalancer', 'balancer').idleTimeout) > longest)
  }
})

test('TLS 1.3 alone, quantum-safe where the edge has it, and the edge shows its certificate', (t) => {
  for (const [region, graph] of all) {
    const listeners = ofKind(graph, 'lb', 'Listener').filter(
      ({ inputs }) => inputs.loadBalancerArn === `\${balancer.arn}`,
    )
    t.deepEqual(
      listeners.map(({ name, inputs }) => [name, inputs.port]),
      [
        ['health', healthPort],
        ['https', fleet.regions[region].entrance.port],
      ],
    )
    for (const { name, inputs } of listeners) {
      t.like(inputs, {
        protocol: 'HTTPS',
        // Route 53's checks speak 1.2 at most.
        sslPolicy: `ELBSecurityPolicy-TLS13-${name === 'health' ? '1-2-2021-06' : '1-3-PQ-2025-09'}`,
        // Known before it is issued; the dependency on its proof is Pulumi's own.
        certificateArn: `\${entrance-certificate.arn}`,
      })
      t.like(inputs.defaultActions, [{ type: 'fixed-response', fixedResponse: { statusCode: '404' } }])
    }
    t.deepEqual(named(graph, 'lb', 'Listener', 'https').mutualAuthentication, {
      mode: 'verify',
      trustStoreArn: `\${edges-trust.arn}`,
      ignoreClientCertificateExpiry: false,
    })
    t.like(named(graph, 'lb', 'TrustStore', 'edges-trust'), {
      caCertificatesBundleS3Bucket: `\${aws-core.outputs.trustBundleBucket}`,
      caCertificatesBundleS3Key: `\${aws-core.outputs.trustBundleKey}`,
    })
  }
})

test('the certificate is for every name that edges know, proven in the zone of aws-core', (t) => {
  for (const [region, graph] of all) {
    // Edges ask `any.origin…`, too.
    const { host } = fleet.regions[region].entrance
    const { domainName } = named(graph, 'acm', 'Certificate', 'entrance-certificate')
    t.is(domainName, `*.origin.${fleet.platform.domain}`)
    t.is(host, `${region}.origin.${fleet.platform.domain}`)
    t.is(named(graph, 'route53', 'Record', 'entrance-proof').zoneId, `\${aws-core.outputs.zone}`)
    t.deepEqual(named(graph, 'acm', 'CertificateValidation', 'entrance-issued').validationRecordFqdns, [
      `\${entrance-proof.fqdn}`,
    ])
  }
})

test('without a certificate one path is answered, which only Route 53 and the front ask for', (t) => {
  for (const [, graph] of all) {
    const rules = ofKind(graph, 'lb', 'ListenerRule').filter(
      ({ inputs }) => inputs.listenerArn === `\${health.arn}`,
    )
    t.is(rules.length, 1)
    t.deepEqual(rules[0]?.inputs.conditions, [
      { pathPattern: { values: [healthPath] } },
      { httpRequestMethod: { values: ['GET', 'HEAD'] } },
    ])
    const ways = ofKind(graph, 'vpc', 'SecurityGroupIngressRule').filter(
      ({ inputs }) => inputs.securityGroupId === `\${entrance-group.id}` && inputs.fromPort === healthPort,
    )
    t.is(ways.length, 1)
    t.regex(
      String(ways[0]?.inputs.prefixListId),
      /getManagedPrefixList\(com\.amazonaws\.[\w-]+\.route53-healthchecks/,
    )
    for (const { inputs } of ofKind(graph, 'lb', 'TargetGroup').filter(
      ({ inputs }) => inputs.targetType === 'alb',
    )) {
      t.like(inputs.healthCheck, { protocol: 'HTTPS', port: String(healthPort), path: healthPath })
    }
  }
})

test('every route leads to its upstream, the longest path first; a region answers no other', (t) => {
  for (const [region, graph] of all) {
    const rules = ofKind(graph, 'lb', 'ListenerRule')
      .filter(({ inputs }) => inputs.listenerArn === `\${https.arn}`)
      .toSorted((a, b) => Number(a.inputs.priority) - Number(b.inputs.priority))
    const routes = fleet.routes.routes.filter(({ upstream }) =>
      fleet.routes.upstreams[upstream]?.regions.includes(region),
    )
    t.deepEqual(rules.map(({ name }) => name).toSorted(), routes.map(({ id }) => `route-${id}`).toSorted())
    t.is(new Set(rules.map(({ inputs }) => inputs.priority)).size, rules.length)
    const lengths = rules.map(({ name }) => routes.find(({ id }) => name === `route-${id}`)?.path.length ?? 0)
    t.deepEqual(
      lengths,
      lengths.toSorted((a, b) => b - a),
    )
    for (const { id, host, path, upstream } of routes) {
      t.like(named(graph, 'lb', 'ListenerRule', `route-${id}`), {
        conditions: [
          { hostHeader: { values: [host] } },
          { pathPattern: { values: path === '/' ? ['/*'] : [path, `${path}/*`] } },
        ],
        actions: [{ type: 'forward', targetGroupArn: `\${${upstream}-targets.arn}` }],
      })
    }
  }
})

test('the inner hop is TLS, and only the balancer may take it', (t) => {
  for (const [region, graph] of all) {
    const onNodes = region === 'eu-west-1'
    const { port, services } = fleet.cloud.aws.compute
    const inner = ofKind(graph, 'lb', 'TargetGroup').filter(({ inputs }) => inputs.protocol !== 'TCP')
    t.true(inner.length >= 5)
    for (const { name, inputs } of inner) {
      const upstream = name.replace('-targets', '')
      t.like(inputs, { protocol: 'HTTPS', port: onNodes ? services[upstream]?.nodePort : port })
      t.like(inputs.healthCheck, { protocol: 'HTTPS', path: healthPath })
    }
    const group = onNodes ? `\${nodes-group.id}` : `\${tasks-group.id}`
    const ports = new Set(inner.map(({ inputs }) => inputs.port))
    const ways = ofKind(graph, 'vpc', 'SecurityGroupIngressRule').filter(
      ({ inputs }) => inputs.securityGroupId === group && ports.has(inputs.fromPort),
    )
    t.is(ways.length, ports.size)
    t.true(ways.every(({ inputs }) => inputs.referencedSecurityGroupId === `\${balancer-group.id}`))
  }
})

test('the web ACL stands before the balancer', (t) => {
  for (const [region, graph] of all) {
    t.deepEqual(named(graph, 'wafv2', 'WebAclAssociation', 'entrance-filter'), {
      resourceArn: `\${balancer.arn}`,
      webAclArn: `\${entrance-${region}-web-acl.arn}`,
    })
    const { scope, rules } = named(graph, 'wafv2', 'WebAcl', `entrance-${region}-web-acl`)
    t.is(scope, 'REGIONAL')
    t.regex(JSON.stringify(rules), /AWSManagedRulesCommonRuleSet/)
  }
})

test('telemetry enters at home, by addresses of its own, and its TLS ends at the collectors', (t) => {
  const { host } = fleet.regions['eu-west-1'].telemetry
  t.like(named(ireland, 'lb', 'LoadBalancer', 'telemetry'), {
    loadBalancerType: 'network',
    enableDeletionProtection: true,
  })
  t.like(named(ireland, 'lb', 'Listener', 'telemetry-listener'), { protocol: 'TCP', port: 443 })
  t.like(named(ireland, 'route53', 'Record', 'telemetry-name'), {
    name: host,
    zoneId: `\${aws-core.outputs.zone}`,
  })
  t.is(named(ireland, 'route53', 'Record', 'telemetry-inner-name').name, host)
})

test.serial('an upstream that cloud.yaml says nothing of is one clear line', async (t) => {
  const { routes } = fleet
  const facts = {
    ...fleet,
    routes: {
      ...routes,
      upstreams: { ...routes.upstreams, search: { description: 'Search', regions: ['eu-west-1' as const] } },
    },
  }
  await t.throwsAsync(render('eu-west-1', facts), {
    name: 'PlatformError',
    message: /clusters\/cloud\.yaml: compute\.services says nothing of search/,
  })
})
