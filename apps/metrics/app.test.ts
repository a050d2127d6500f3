import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest from 'ava'
import { anyRelease, centralCluster, platform, render, smallSite } from '../_lib/testing.ts'
import observability from '../observability/app.ts'
import app from './app.ts'
import { lateHours } from './prometheus-config.ts'

const test = anyTest
const lacking = spawnSync('promtool', ['--version']).error !== undefined
const withPromtool = lacking ? anyTest.skip : anyTest
if (lacking) console.warn('apps/metrics/app.test.ts skips what needs promtool: this machine lacks it')

const objects = render(app, app.place(centralCluster, anyRelease, platform))
const files: Record<string, string> = objects.one('ConfigMap', 'metrics-config').data
const folder = mkdtempSync(join(tmpdir(), 'meridian-metrics-'))
anyTest.after.always(() => rmSync(folder, { recursive: true }))
for (const name of ['prometheus.yml', 'recording-rules.json', 'alert-rules.json']) {
  writeFileSync(join(folder, name), (files[name] ?? '').replaceAll('/etc/metrics', folder))
}
const promtool = (...args: string[]) => execFileSync('promtool', args, { encoding: 'utf8', stdio: 'pipe' })

test('it stands in the central cluster alone, twice, in different zones', (t) => {
  t.is(app.place(smallSite, anyRelease, platform), undefined)
  const { spec } = objects.one('StatefulSet', 'metrics')
  t.is(spec.replicas, 2)
  t.deepEqual(
    spec.template.spec.topologySpreadConstraints.map(
      ({ topologyKey }: { topologyKey: string }) => topologyKey,
    ),
    ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'],
  )
  t.is(spec.volumeClaimTemplates[0].spec.storageClassName, 'encrypted')
})

withPromtool('Prometheus takes its configuration and every rule', (t) => {
  t.regex(promtool('check', 'config', join(folder, 'prometheus.yml')), /SUCCESS/)
})

test('what a cut link kept back is still taken', (t) => {
  const agent = render(observability, observability.place(smallSite, anyRelease, platform))
  const args: string[] = agent.one('StatefulSet', 'prometheus').spec.template.spec.containers[0].args
  const kept = args.find((arg) => arg.startsWith('--storage.agent.retention.max-time='))?.split('=')[1]
  t.is(kept, '4h')
  t.true(lateHours > Number.parseInt(kept ?? '', 10))
})

test('every site writes to each replica', (t) => {
  const agent = render(observability, observability.place(smallSite, anyRelease, platform))
  const { remote_write } = JSON.parse(agent.one('ConfigMap', 'prometheus-config').data['prometheus.yml'])
  const { replicas } = objects.one('StatefulSet', 'metrics').spec
  t.deepEqual(
    remote_write.map(({ url }: { url: string }) => new URL(url).pathname),
    Array.from({ length: replicas }, (_, store) => `/metrics/${store}/api/v1/write`),
  )
})

test('Prometheus is reached by its proxy alone', (t) => {
  const [program] = objects.one('StatefulSet', 'metrics').spec.template.spec.containers
  t.true(program.args.includes('--web.listen-address=127.0.0.1:9090'))
  for (const service of objects.all.filter(({ kind }) => kind === 'Service')) {
    t.like(service.spec.ports, [{ port: 8443, appProtocol: 'https' }])
  }
})

/** A minute a step. */
const series = (name: string, values: string) => ({ series: name, values })
const site = '{cluster="fra1", wave="canary"'

function unitTest(tests: object[]): void {
  const file = join(folder, `${tests.length}-${Math.random()}.json`)
  const rule_files = [join(folder, 'recording-rules.json'), join(folder, 'alert-rules.json')]
  writeFileSync(file, JSON.stringify({ rule_files, evaluation_interval: '15s', tests }))
  promtool('test', 'rules', file)
}

const summary = (text: string) => ({ summary: text })

withPromtool(
  'an outage is told to Alertmanager two and a half minutes later, of the site and of the fleet',
  (t) => {
    t.notThrows(() =>
      unitTest([
        {
          interval: '15s',
          input_series: [
            series(`meridian_requests_total${site}, code="200"}`, '0+1500x240 360000+0x40'),
            series(`meridian_requests_total${site}, code="503"}`, '0+0x240 0+1500x40'),
          ],
          alert_rule_test: [
            { eval_time: '60m', alertname: 'SiteAvailabilityBurns1h', exp_alerts: [] },
            {
              eval_time: '62m30s',
              alertname: 'SiteAvailabilityBurns1h',
              exp_alerts: [
                {
                  exp_labels: { severity: 'page', cluster: 'fra1', wave: 'canary' },
                  exp_annotations: summary(
                    'Availability 99.95 %: site fra1 burns its 30 days of budget 14.4 times too fast (over 1h and 5m).',
                  ),
                },
              ],
            },
            {
              eval_time: '62m30s',
              alertname: 'FleetAvailabilityBurns1h',
              exp_alerts: [
                {
                  exp_labels: { severity: 'page' },
                  exp_annotations: summary(
                    'Availability 99.95 %: the fleet burns its 30 days of budget 14.4 times too fast (over 1h and 5m).',
                  ),
                },
              ],
            },
          ],
        },
      ]),
    )
  },
)

withPromtool('errors within the budget wake nobody', (t) => {
  t.notThrows(() =>
    unitTest([
      {
        interval: '15s',
        input_series: [
          series(`meridian_requests_total${site}, code="200"}`, '0+100000x480'),
          series(`meridian_requests_total${site}, code="503"}`, '0+40x480'),
        ],
        alert_rule_test: [
          'SiteAvailabilityBurns1h',
          'SiteAvailabilityBurns6h',
          'SiteAvailabilityBurns3d',
        ].map((alertname) => ({ eval_time: '2h', alertname, exp_alerts: [] })),
        promql_expr_test: [
          {
            expr: 'round(site:meridian_availability_bad:ratio_rate1h * 1e6)',
            eval_time: '2h',
            exp_samples: [
              {
                labels: `{cluster="fra1", wave="canary"}`,
                // 40 of 100,040 a quarter of a minute, where 500 of a million are allowed.
                value: 400,
              },
            ],
          },
        ],
      },
    ]),
  )
})

withPromtool('slow answers burn their own budget, and who never failed has a ratio of 0', (t) => {
  t.notThrows(() =>
    unitTest([
      {
        interval: '15s',
        input_series: [
          series(`meridian_requests_total${site}, code="200"}`, '0+1000x240'),
          series(`meridian_request_duration_seconds_bucket${site}, le="0.05"}`, '0+700x240'),
          series(`meridian_request_duration_seconds_bucket${site}, le="+Inf"}`, '0+1000x240'),
          series(`meridian_request_duration_seconds_count${site}}`, '0+1000x240'),
        ],
        promql_expr_test: [
          {
            expr: 'site:meridian_availability_bad:ratio_rate5m',
            eval_time: '1h',
            exp_samples: [
              {
                labels: 'site:meridian_availability_bad:ratio_rate5m{cluster="fra1", wave="canary"}',
                value: 0,
              },
            ],
          },
          {
            expr: 'count(ALERTS{alertname="SiteLatencyBurns1h", alertstate="firing"})',
            eval_time: '1h',
            exp_samples: [{ labels: '{}', value: 1 }],
          },
        ],
      },
    ]),
  )
})

withPromtool('a site that falls silent is paged', (t) => {
  t.notThrows(() =>
    unitTest([
      {
        interval: '1m',
        input_series: [series('up{cluster="fra1"}', '1x60 _x60'), series('up{cluster="ams1"}', '1x120')],
        alert_rule_test: [
          { eval_time: '55m', alertname: 'SiteSilent', exp_alerts: [] },
          {
            eval_time: '70m',
            alertname: 'SiteSilent',
            exp_alerts: [
              {
                exp_labels: { severity: 'page', cluster: 'fra1' },
                exp_annotations: summary('Nothing is heard of site fra1, which reported an hour ago.'),
              },
            ],
          },
        ],
      },
    ]),
  )
})
