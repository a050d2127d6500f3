import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { enginePath } from '../engines/control-plane.ts'
import { LabError } from './errors.ts'

export interface CertificateRequest {
  /** `<file>.crt` and `<file>.key`. */
  readonly file: string
  /** The common name: to an API server, the user. */
  readonly name: string
  /** To an API server, the user's groups. */
  readonly organizations?: readonly string[]
  readonly dns?: readonly string[]
  readonly ips?: readonly string[]
}

/** Makes an authority of its own in `folder` (`ca.crt`) and certificates under it that are valid for a day. */
export function makeCertificates(folder: string, requests: readonly CertificateRequest[]): void {
  mkdirSync(folder, { recursive: true })
  const run = spawnSync(enginePath('certificates'), [folder], {
    input: JSON.stringify(requests),
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new LabError(`no certificates: ${run.error?.message ?? run.stderr}`)
}
