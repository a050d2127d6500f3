import { resolve } from 'node:path'
import type { Command } from '../../bin/command.ts'
import { check } from '../check.ts'
import { productionPaths } from '../synth.ts'
import { printFindings, verdictLine } from '../verdict.ts'

export const command: Command = {
  help: `
Validates every distinct object in rendered/ by the schemas of Kubernetes and of every CRD in use (kubeconform,
strict, offline) and judges it by the rules in policies/, with the API server's own CEL: what passes here passes
admission in the cluster.

  npx meridian check            after npx meridian synth
  npx meridian check --json     findings with rule, object, files, source and mend

Errors exit 1. Warnings, such as an image that is not built or mirrored yet, are shown and exit 0.`,
  options: {
    out: { type: 'string', value: 'DIR', description: 'folder of the rendered fleet (rendered/)' },
  },
  async run(args, terminal) {
    const out = args.text('out')
    const verdict = await check(out === undefined ? productionPaths.out : resolve(out), terminal.progress)
    if (args.flag('json')) terminal.json(verdict)
    else {
      printFindings(verdict, terminal)
      terminal.print(verdictLine(verdict, terminal))
    }
    return verdict.findings.some(({ severity }) => severity === 'error') ? 1 : 0
  },
}
