import { type ChildProcess, spawn } from 'node:child_process'

/**
 * A small shell of its own session that outlives this process however it ends: once nobody writes to it any
 * more, it kills the process groups that are still there, and removes the folder.
 */
export interface Guardian {
  /** From now on the process group `pid` dies with us. */
  add(pid: number): void
  /** It ended by itself: its number may be somebody else's soon. */
  remove(pid: number): void
  /** Ends what is left; resolves once it and the folder are gone. */
  end(): Promise<void>
}

// A process that was killed this moment may still write: so the folder is removed until it is gone.
const script = `
trap '' INT TERM HUP
groups=' '
while read -r verb group; do
  case "$verb" in
    add) groups="$groups$group " ;;
    remove) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group" 2> /dev/null; done
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf -- "$1" 2> /dev/null
  [ -e "$1" ] || exit 0
  sleep 0.2
done
`

/** @param folder removed at the end, whatever is in it */
export function startGuardian(folder: string): Guardian {
  const shell: ChildProcess = spawn('/bin/sh', ['-c', script, 'guardian', folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = new Promise<void>((resolve) => shell.once('exit', () => resolve()))
  const tell = (line: string) => {
    if (shell.stdin?.writable) shell.stdin.write(`${line}\n`)
  }
  // It alone must not keep a process running that has nothing left to do.
  shell.unref()
  return {
    add: (pid) => tell(`add ${pid}`),
    remove: (pid) => tell(`remove ${pid}`),
    end: async () => {
      shell.ref()
      shell.stdin?.end()
      await ended
    },
  }
}
