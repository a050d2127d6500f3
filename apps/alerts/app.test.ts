import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest from 'ava'
import { anyRelease, centralCluster, largeSite, platform, render } from '../_lib/testing.ts'
import metrics from '../metrics/app.ts'
import observability from '../observability/app.ts'
import { start } from './alertmanager-config.ts'
import app from './app.ts'

const test = anyTest
const lacking = spawnSync('amtool', ['--version']).error !== undefined
const withAmtool = lacking ? anyTest.skip : anyTest
if (lacking) console.warn('apps/alerts/app.test.ts skips what needs amtool: this machine lacks it')

const objects = render(app, app.place(centralCluster, anyRelease, platform))
const files: Record<string, string> = objects.one('ConfigMap', 'alerts-config').data
const config = JSON.parse(files['alertmanager.yml'] ?? '')
const folder = mkdtempSync(join(tmpdir(), 'meridian-alerts-'))
anyTest.after.always(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'alertmanager.yml')
writeFileSync(file, files['alertmanager.yml'] ?? '')
const amtool = (...args: string[]) => execFileSync('amtool', args, { encoding: 'utf8', stdio: 'pipe' })

withAmtool('Alertmanager takes its configuration', (t) => {
  t.regex(amtool('check-config', file), /SUCCESS/)
})

withAmtool('a page reaches PagerDuty, Slack and email; a ticket reaches Slack and email', (t) => {
  const receiver = (...labels: string[]) =>
    amtool('config', 'routes', 'test', `--config.file=${file}`, ...labels).trim()
  t.is(receiver('severity=page', 'alertname=SiteSilent'), 'page')
  t.is(receiver('severity=ticket', 'alertname=TargetDown'), 'ticket')
  const kinds = (name: string) =>
    Object.keys(config.receivers.find((each: { name: string }) => each.name === name)).filter(
      (key) => key !== 'name',
    )
  t.deepEqual(kinds('page').toSorted(), ['email_configs', 'pagerduty_configs', 'slack_configs'])
  t.deepEqual(kinds('ticket').toSorted(), ['email_configs', 'slack_configs'])
})

test('from a fault to a page less than five minutes pass, whatever waits on the way', (t) => {
  const seconds = (text: string): number => {
    const [, value, unit] = /^(\d+)(s|m)$/.exec(text) ?? []
    if (!value) throw new TypeError(`no time: ${text}`)
    return Number(value) * (unit === 'm' ? 60 : 1)
  }
  const agent = JSON.parse(
    render(observability, observability.place(largeSite, anyRelease, platform)).one(
      'ConfigMap',
      'prometheus-config',
    ).data['prometheus.yml'],
  )
  const central: Record<string, string> = render(
    metrics,
    metrics.place(centralCluster, anyRelease, platform),
  ).one('ConfigMap', 'metrics-config').data
  const { evaluation_interval } = JSON.parse(central['prometheus.yml'] ?? '').global
  const pages = JSON.parse(central['alert-rules.json'] ?? '').groups.flatMap(
    ({ rules }: { rules: { for: string; labels: { severity: string } }[] }) =>
      rules.filter(({ labels }) => labels.severity === 'page'),
  )
  const route = config.route.routes.find(({ receiver }: { receiver: string }) => receiver === 'page')
  const steps = {
    // Until a whole outage has burnt enough: apps/metrics/app.test.ts proves that it does.
    burn: 90,
    scrape: seconds(agent.global.scrape_interval),
    send: seconds(agent.remote_write[0].queue_config.batch_send_deadline),
    // A round for what is recorded, the next for the alert on it.
    rules: 2 * seconds(evaluation_interval),
    lasts: Math.max(...pages.map((rule: { for: string }) => seconds(rule.for))),
    // A new alert waits for its group's first turn, or joins one that waits for its next.
    group: Math.max(seconds(route.group_wait), seconds(route.group_interval)),
  }
  const total = Object.values(steps).reduce((sum, step) => sum + step, 0)
  t.log(`${total} s: ${JSON.stringify(steps)}`)
  t.true(pages.length > 0)
  t.true(total < 5 * 60, `${total} s`)
})

test('no credential is in git: each comes from a file or, the one that cannot, from the start', (t) => {
  t.is(config.global.smtp_auth_username, '$SMTP_USER')
  t.notRegex(files['alertmanager.yml'] ?? '', /hooks\.slack|routing_key"|api_url"|auth_password"/)
  t.deepEqual(
    objects.all.filter(({ kind }) => kind === 'Secret'),
    [],
  )
  const script = start
    .replaceAll('/etc/alerts', folder)
    .replaceAll('/run/alerts', join(folder, 'run'))
    .replace('exec alertmanager', 'echo')
  execFileSync('mkdir', [join(folder, 'run')])
  execFileSync('sh', ['-c', script, 'alertmanager', '--flag'], { env: { ...process.env, SMTP_USER: 'me' } })
  const written = execFileSync('cat', [join(folder, 'run/alertmanager.yml')], { encoding: 'utf8' })
  t.is(JSON.parse(written).global.smtp_auth_username, 'me')
})

test('the two replicas tell each other over mutual TLS 1.3', (t) => {
  const gossip = JSON.parse(files['gossip.yml'] ?? '')
  t.like(gossip.tls_server_config, {
    client_auth_type: 'RequireAndVerifyClientCert',
    min_version: 'TLS13',
  })
  t.is(gossip.tls_client_config.min_version, 'TLS13')
  const { args } = objects.one('StatefulSet', 'alerts').spec.template.spec.containers[0]
  t.true(args.includes('--cluster.tls-config=/etc/alerts/gossip.yml'))
  t.is(args.filter((arg: string) => arg.startsWith('--cluster.peer=')).length, 2)
})
