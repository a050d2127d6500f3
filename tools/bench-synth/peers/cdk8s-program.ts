// What the peer "plain cdk8s" runs: node cdk8s-program.ts FLEET.json OUT
import { readFileSync } from 'node:fs'
import { App, Chart, YamlOutputType } from 'cdk8s'
import { addObjects } from '../apps/_lib/bench-app.ts'
import { apps, type BenchFleet } from '../fleet.ts'

const [file = '', outdir = ''] = process.argv.slice(2)
// Written by the peer's prepare.
const fleet = JSON.parse(readFileSync(file, 'utf8')) as BenchFleet
const app = new App({ outdir, yamlOutputType: YamlOutputType.FILE_PER_CHART })
for (const [cluster, size] of Object.entries(fleet.clusters)) {
  const chart = new Chart(app, cluster, { disableResourceNameHashes: true })
  for (const { name, namespace } of apps) {
    const props = fleet.sizes[size]?.[name]
    if (props) addObjects(chart, name, namespace, props)
  }
}
app.synth()
