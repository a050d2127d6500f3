import { folders, ports } from './elasticsearch-config.ts'
import { type LifecycleProps, lifecycle, traceSettings, users } from './lifecycle.ts'

/** The files that the keeper puts, by their path below the workload's settings. */
export function keeperFiles(props: LifecycleProps): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(
      Object.entries({ ...lifecycle(props), 'jaeger-/_settings': traceSettings }).map(([path, body]) => [
        fileOf(path),
        `${JSON.stringify(body, null, 2)}\n`,
      ]),
    ),
    'keeper.sh': keeperScript(Object.keys(lifecycle(props))),
  }
}

/** `_ilm/policy/logs-kept` stands in `put/ilm.policy.logs-kept.json`. */
function fileOf(path: string): string {
  return `put/${path.replace(/^_/, '').replaceAll('/_', '.').replaceAll('/', '.')}.json`
}

/**
 * The keeper beside the first node, a bash script. Every few minutes it puts what Elasticsearch should be: users with
 * the passwords of today, policies, templates, the nightly snapshot. Each step may be repeated; a failed one is tried
 * again soon. So a new cluster is complete with nobody there, and what somebody changed by hand comes back.
 */
function keeperScript(paths: readonly string[]): string {
  return `set -u
# The first node alone: one is enough, and they would only repeat each other.
[ "\${NAME##*-}" = 0 ] || exec sleep infinity

password() { cat "${folders.passwords}/$1"; }

# put <path> <body file>: the password reaches curl by a pipe, never by an argument.
put() {
  curl --config <(printf 'user = "elastic:%s"\\n' "$(password elastic)") --silent --show-error --fail-with-body \\
    --max-time 30 --output /dev/null --request PUT --header 'content-type: application/json' \\
    --data-binary "@$2" "http://127.0.0.1:${ports.http}/$1"
}

user() { put "_security/user/$1" <(printf '{"password": "%s", "roles": ["%s"]}' "$(password "$1")" "$1"); }

all() {
${paths.map((path) => `  put '${path}' /etc/elasticsearch/${fileOf(path)} &&`).join('\n')}
${users.map((user) => `  user ${user} &&`).join('\n')}
  put _security/user/kibana_system/_password <(printf '{"password": "%s"}' "$(password kibana)") &&
  put 'jaeger-*/_settings?allow_no_indices=true' /etc/elasticsearch/${fileOf('jaeger-/_settings')}
}

while true; do
  if all; then sleep 300; else sleep 10; fi
done
`
}
