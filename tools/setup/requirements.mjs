import { spawnSync } from 'node:child_process'

/** The machine lacks something that set-up cannot bring; `mend` says what to do. */
export class RequirementError extends Error {
  /**
   * @param {string} message
   * @param {string} mend
   */
  constructor(message, mend) {
    super(message)
    this.mend = mend
  }
}

/**
 * @param {string} version of Node, as in `process.versions.node`
 * @throws {RequirementError}
 */
export function checkNode(version) {
  if (Number.parseInt(version, 10) >= 20) return
  throw new RequirementError(`Node ${version} is too old`, 'Install Node 20 or later: https://nodejs.org')
}

/** @throws {RequirementError} */
export function checkTools() {
  checkGo(said('go', ['version'], 'Install Go 1.26 or later: https://go.dev/dl/'), () =>
    said('go', ['env', 'GOTOOLCHAIN'], ''),
  )
  said('git', ['--version'], "Install git with your system's package manager, as in: apt-get install git")
}

/**
 * Go must be 1.26, or one that fetches a newer toolchain when a go.mod asks for it.
 * @param {string} version as `go version` prints it
 * @param {() => string} toolchain as `go env GOTOOLCHAIN` prints it
 * @throws {RequirementError}
 */
export function checkGo(version, toolchain) {
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(version) ?? []
  // A development build has no number; its owner knows what he does.
  if (major === undefined) return
  const release = Number(major) * 1000 + Number(minor)
  if (release >= 1026) return
  const fetches = toolchain().includes('auto')
  if (release >= 1024 && fetches) return
  const mend = 'Install Go 1.26 or later: https://go.dev/dl/'
  throw new RequirementError(
    `Go ${major}.${minor} is too old`,
    release >= 1024 ? `${mend}, or let Go fetch it: go env -w GOTOOLCHAIN=auto` : mend,
  )
}

function said(program, args, mend) {
  const run = spawnSync(program, args, { encoding: 'utf8' })
  if (run.error || run.status !== 0) throw new RequirementError(`${program} is missing or does not run`, mend)
  return run.stdout.trim()
}
