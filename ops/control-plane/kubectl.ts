import { spawn } from 'node:child_process'
import { enginePath } from '../engines/control-plane.ts'
import { LabError } from '../lab/errors.ts'

export interface KubectlResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs kubectl against one cluster; never rejects, since a refusal is an answer. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<KubectlResult>

export function openKubectl(kubeconfig: string, home: string): Kubectl {
  return (args, input = '') =>
    new Promise((resolve, reject) => {
      const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: kubeconfig }
      const child = spawn(enginePath('kubectl'), args, { env, stdio: 'pipe' })
      let [stdout, stderr] = ['', '']
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        stdout += chunk
      })
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        stderr += chunk
      })
      child.on('error', reject)
      child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }))
      child.stdin.on('error', () => {})
      child.stdin.end(input)
    })
}

/**
 * Runs kubectl where it must not be refused.
 * @returns stdout
 * @throws {LabError} with what it said
 */
export async function must(kubectl: Kubectl, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args, input)
  if (code !== 0) throw new LabError(`kubectl ${args.join(' ')}:\n${stderr.trim()}`)
  return stdout
}
