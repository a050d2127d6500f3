// What the peers "cdk8s" run: node cdk8s-program.ts FLEET.json OUT chart-per-cluster|chart-per-app
import { readFileSync } from 'node:fs'
import { App, Chart, YamlOutputType } from 'cdk8s'
import { addObjects } from '../apps/_lib/bench-app.ts'
import { apps, type BenchFleet } from '../fleet.ts'

const [file = '', outdir = '', way] = process.argv.slice(2)
// Written by the peer's prepare.
const fleet = JSON.parse(readFileSync(file, 'utf8')) as BenchFleet
const app = new App({ outdir, yamlOutputType: YamlOutputType.FILE_PER_CHART })
const options = { disableResourceNameHashes: true }
for (const [cluster, size] of Object.entries(fleet.clusters)) {
  const shared = way === 'chart-per-cluster' ? new Chart(app, cluster, options) : undefined
  for (const { name, namespace } of apps) {
    const props = fleet.sizes[size]?.[name]
    if (props) addObjects(shared ?? new Chart(app, `${cluster}.${name}`, options), name, namespace, props)
  }
}
app.synth()
