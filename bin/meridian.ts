#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

enableCompileCache(join(import.meta.dirname, '../.cache/node'))
const { runCommandLine } = await import('./cli.ts')

process.exitCode = await runCommandLine(process.argv.slice(2), {
  start: ['Render, validate and judge the fleet, with a summary', () => import('../synth/commands/start.ts')],
  synth: ['Render the fleet: facts × apps → rendered/', () => import('../synth/commands/synth.ts')],
  check: ['Validate and judge what is rendered', () => import('../synth/commands/check.ts')],
  cost: ['What the plan costs a month, by line', () => import('../synth/commands/cost.ts')],
  promote: ['Move a wave on to what the wave before runs', () => import('../synth/commands/promote.ts')],
  rollback: ['Take a wave back to where it was', () => import('../synth/commands/rollback.ts')],
  diff: [
    'Show what a change does, to whom, and how dangerous it is',
    () => import('../synth/commands/diff.ts'),
  ],
  fleet: ['Show the fleet, or generate a synthetic one', () => import('../synth/commands/fleet.ts')],
  up: ['Bring clusters up on real API servers with real Argo CD', () => import('../ops/commands/up.ts')],
  verify: ['Compare what is there with what is rendered', () => import('../ops/commands/verify.ts')],
  drill: ['Let a region fail, and take the time', () => import('../ops/commands/drill.ts')],
})
