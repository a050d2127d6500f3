import type { Fleet } from '../../clusters/fleet.ts'
import type { Clients } from '../cloud/clients.ts'
import type { CloudGraph } from '../cloud/graph.ts'
import type { Live } from '../cloud/live.ts'
import { vantagesOf } from '../cloud/vantages.ts'
import { askRoute53, type Waiting, waitForAnswers } from './answers.ts'
import { down, same, settingOf, whileDown } from './health-check.ts'
import { type Plan, planFailover } from './plan.ts'
import { globalDatabases, globalTables, measureTables, onlyHere, type Replication } from './replication.ts'
import {
  type DrillReport,
  type DrillStep,
  type Figure,
  stepNames as names,
  recoveryPoint,
  recoveryTime,
} from './report.ts'
import { takersOver } from './takers-over.ts'

export interface DrillArgs {
  readonly graph: CloudGraph
  readonly live: Live
  readonly clients: Clients
  readonly fleet: Fleet
  readonly region: string
  /** Without it nothing is changed, and only what can be computed is. */
  readonly yes: boolean
  readonly progress: (text: string) => void
  /** Ends the drill early; what it changed is put back all the same. */
  readonly signal: AbortSignal
  /** How long Route 53 may take to answer otherwise. @default 120 000 */
  readonly answerTimeoutMs?: number
}

/**
 * Lets a region fail as far as DNS is concerned, by its health check alone: no server is touched, and who already is
 * connected stays so. Puts the check back in any case, also where it is aborted or a step throws.
 *
 * @throws {CloudError} where the region or its health check is unknown
 */
export async function drillFailover(args: DrillArgs): Promise<DrillReport> {
  const { graph, live, clients, fleet, region } = args
  args.progress('reading the plan')
  const plan = await planFailover(graph, live, clients, vantagesOf(fleet), region)
  const refusal = refusalOf(plan)
  const steps =
    refusal === undefined
      ? await (args.yes ? act(args, plan) : foresee(args, plan))
      : [{ name: names.checks, status: 'failed' as const, figures: [], notes: [refusal] }]
  const { rtoSeconds, rpoSeconds } = fleet.cloud.recovery
  return {
    region,
    dryRun: !args.yes,
    changes: changesOf(args, plan),
    steps,
    rto: recoveryTime(steps, rtoSeconds),
    rpo: recoveryPoint(steps, rpoSeconds),
  }
}

/** Why a drill would do harm, or would prove nothing. */
function refusalOf({ region, check, healthy, others, reroutes }: Plan): string | undefined {
  const setting = settingOf(check)
  if (same(setting, down)) return `${region} is down by an earlier drill: npx meridian drill restore`
  if (!(healthy.get(check.Id ?? '') ?? false)) return `${region} is not well now: this is no time for a drill`
  const ill = others.filter((other) => !other.healthy).map((other) => other.region)
  if (ill.length > 0) return `${ill.join(', ')} not well: the others could not take over`
  if (others.length === 0) return 'there is no other region to take over'
  if (reroutes.length === 0) return `no record follows the health check of ${region}`
  return undefined
}

/** What the drill does, for who decides whether it may. */
function changesOf({ graph, region }: DrillArgs, { check, reroutes }: Plan): readonly string[] {
  return [
    `health check ${check.Id} of ${region}: Disabled and Inverted, so that Route 53 takes it for down; then put back`,
    ...globalTables({ graph, region }).map(
      ({ spec, regions }) =>
        `table ${spec.name}: one marker item, read in ${regions.length} regions; then deleted`,
    ),
    ...reroutes.map(
      ({ name, before, after, locations }) =>
        `${name}: ${before.join(', ')} → ${after.join(', ')} for ${locations.length} of the locations`,
    ),
  ]
}

/** Times that follow from settings alone. */
function computed(plan: Plan): Readonly<Record<'detection' | 'ttl', Figure>> {
  const { RequestInterval, FailureThreshold } = plan.check.HealthCheckConfig ?? {}
  return {
    detection: {
      what: `the region is found to be down: every ${RequestInterval} s, ${FailureThreshold} in a row`,
      seconds: plan.detectionSeconds,
      kind: 'computed',
      counts: true,
    },
    ttl: {
      what: 'the last resolver asks again: TTL of the records',
      seconds: plan.ttlSeconds,
      kind: 'computed',
      counts: true,
    },
  }
}

/** The five steps without a change: what can be computed is, the rest waits for --yes. */
async function foresee(args: DrillArgs, plan: Plan): Promise<readonly DrillStep[]> {
  const { detection, ttl } = computed(plan)
  const databases = await lookAtDatabases(args)
  const later = 'measured with --yes'
  return [
    { name: names.checks, status: 'ok', figures: [detection], notes: [] },
    { name: names.records, status: 'skipped', figures: [], notes: [later] },
    { name: names.traffic, status: 'ok', figures: [ttl], notes: [] },
    stateStep(databases, [], [`lag: ${later}`]),
    await recoveryStep(args, plan),
  ]
}

/** The five steps with the region's health check down; it is put back before this returns or throws. */
async function act(args: DrillArgs, plan: Plan): Promise<readonly DrillStep[]> {
  const { clients, region, signal, progress } = args
  const { detection, ttl } = computed(plan)
  const addresses = await regionAddresses(args, plan)
  progress(`taking ${region} out`)
  const { result, downSeconds, backSeconds } = await whileDown(clients, plan.check, async () => {
    progress('waiting for other answers')
    const waiting: Waiting = {
      clients,
      zone: plan.zone,
      names: [...new Set(plan.reroutes.map(({ name }) => name))],
      until: (values) => values.length > 0 && !values.some((value) => addresses.includes(value)),
      timeoutMs: args.answerTimeoutMs ?? 120_000,
      signal,
    }
    const answered = addresses.length === 0 ? undefined : await waitForAnswers(waiting)
    progress('measuring replication')
    const tables = await measureTables({ ...args, targetSeconds: args.fleet.cloud.recovery.rpoSeconds })
    const state = stateStep(await lookAtDatabases(args), tables, [])
    progress('asking who took over')
    return { answered, state, recovery: await recoveryStep(args, plan) }
  })
  const change = measured('Route 53 has the health check as down', downSeconds, false)
  const back = measured('the health check is as it was', backSeconds, false)
  const { answered, state, recovery } = result
  return [
    { name: names.checks, status: 'ok', figures: [detection, change], notes: [] },
    recordsStep(answered),
    trafficStep(plan, ttl),
    state,
    { ...recovery, figures: [...recovery.figures, back] },
  ]
}

/** What the region's own name is answered with, which no other name may be while it is down. */
async function regionAddresses(
  { clients, fleet, region }: DrillArgs,
  { zone }: Plan,
): Promise<readonly string[]> {
  const host = Object.entries(fleet.regions).find(([name]) => name === region)?.[1].entrance.host
  return host === undefined ? [] : ((await askRoute53(clients, zone, host)) ?? [])
}

function recordsStep(seconds: number | undefined): DrillStep {
  const name = names.records
  if (seconds === undefined) {
    const notes = [
      'nothing tells what Route 53 answers (TestDNSAnswer): step 3 has it computed from the records',
    ]
    return { name, status: 'skipped', figures: [], notes }
  }
  const figure = measured('Route 53 answers otherwise, to a resolver in Virginia', seconds, true)
  if (Number.isFinite(seconds)) return { name, status: 'ok', figures: [figure], notes: [] }
  return {
    name,
    status: 'failed',
    figures: [],
    notes: ['Route 53 still answers with the region that is down'],
  }
}

function trafficStep({ reroutes, others }: Plan, ttl: Figure): DrillStep {
  const notes = reroutes.map(
    ({ name, after, locations }) => `${name} → ${after.join(', ')} for ${locations.length} of the locations`,
  )
  const status = others.length > 0 && reroutes.length > 0 ? 'ok' : 'failed'
  return { name: names.traffic, status, figures: [ttl], notes }
}

async function lookAtDatabases(args: DrillArgs): Promise<readonly Replication[]> {
  const shared = { ...args, targetSeconds: args.fleet.cloud.recovery.rpoSeconds }
  return [...(await globalDatabases(shared)), ...onlyHere(shared)]
}

/** Replication runs beside the failover, so its time is the recovery point's, not the recovery time's. */
function stateStep(
  databases: readonly Replication[],
  tables: readonly Replication[],
  notes: readonly string[],
): DrillStep {
  const all = [...tables, ...databases]
  return {
    name: names.state,
    status: all.every(({ ok }) => ok) ? 'ok' : 'failed',
    figures: tables.flatMap(({ store, lagSeconds }) =>
      lagSeconds === undefined ? [] : [measured(`${store}: replication lag`, lagSeconds, false)],
    ),
    notes: [...all.map(({ store, found }) => `${store}: ${found}`), ...notes],
  }
}

async function recoveryStep(args: DrillArgs, plan: Plan): Promise<DrillStep> {
  const { seconds, value } = await timed(() => takersOver(args, plan))
  const bad = value.filter(({ ok }) => !ok)
  return {
    name: names.recovery,
    status: bad.length === 0 && value.length > 0 ? 'ok' : 'failed',
    figures: [measured('the regions that take over are asked', seconds, args.yes)],
    notes: value.map(({ what, found }) => `${what}: ${found}`),
  }
}

function measured(what: string, seconds: number, counts: boolean): Figure {
  return { what, seconds: Math.round(seconds * 1000) / 1000, kind: 'measured', counts }
}

async function timed<T>(run: () => Promise<T>): Promise<{ readonly seconds: number; readonly value: T }> {
  const started = performance.now()
  const value = await run()
  return { seconds: (performance.now() - started) / 1000, value }
}
