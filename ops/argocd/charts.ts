import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crdFolder } from '../engines/crd-folder.ts'

/** The kinds that each chart brings, with the values that it is rendered with. */
const definitions: Readonly<Record<string, readonly string[]>> = {
  'argo-cd': ['applications.argoproj.io', 'applicationsets.argoproj.io', 'appprojects.argoproj.io'],
  'cert-manager': [
    'certificaterequests.cert-manager.io',
    'certificates.cert-manager.io',
    'clusterissuers.cert-manager.io',
    'issuers.cert-manager.io',
  ],
  'external-secrets': [
    'clustersecretstores.external-secrets.io',
    'ecrauthorizationtokens.generators.external-secrets.io',
    'externalsecrets.external-secrets.io',
    'secretstores.external-secrets.io',
  ],
}

/** The files of the CRDs that a chart brings. */
export function chartDefinitions(chart: string): string[] {
  const files = (definitions[chart] ?? []).map((name) => join(crdFolder, `${name}.yaml`))
  if (files.length === 0) throw new Error(`ops/argocd/charts.ts does not know what the chart ${chart} brings`)
  return files
}

/**
 * Writes a `helm` into `bin` that pulls of each chart its CRDs, and renders them: what Argo CD's repo-server calls.
 *
 * @param folder for the charts
 */
export function writeCharts(folder: string, bin: string): void {
  for (const chart of Object.keys(definitions)) {
    const crds = join(folder, chart, 'crds')
    mkdirSync(crds, { recursive: true })
    for (const file of chartDefinitions(chart))
      copyFileSync(file, join(crds, file.slice(file.lastIndexOf('/') + 1)))
    writeFileSync(join(folder, chart, 'Chart.yaml'), `apiVersion: v2\nname: ${chart}\nversion: 0.0.0\n`)
  }
  writeFileSync(join(bin, 'helm'), helm(folder), { mode: 0o755 })
}

function helm(charts: string): string {
  return `#!/bin/sh
set -eu
verb=$1
shift
case "$verb" in
  pull)
    while [ $# -gt 0 ]; do
      case "$1" in
        --destination) destination=$2; shift ;;
        --version | --repo | --username | --password | --ca-file | --cert-file | --key-file) shift ;;
        -*) ;;
        *) chart=\${1##*/} ;;
      esac
      shift
    done
    if [ ! -d "${charts}/$chart" ]; then
      echo "no chart stands in for $chart: see ops/argocd/charts.ts" >&2
      exit 1
    fi
    tar -czf "$destination/$chart.tgz" -C "${charts}" "$chart"
    ;;
  template)
    for file in crds/*.yaml; do echo ---; cat "$file"; done
    ;;
  registry) ;;
  *)
    echo "the stand-in for helm does not know $verb" >&2
    exit 1
    ;;
esac
`
}
