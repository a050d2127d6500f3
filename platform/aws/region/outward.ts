import type { Network } from './network.ts'
import { factsOf, type Setting } from './setting.ts'
import { allow, type Group } from './walls.ts'

/** What everything that runs may reach outside its region: AWS's APIs by their endpoints, and telemetry. */
export function openTheWay(setting: Setting, from: Group, { endpoints, prefixLists }: Network): void {
  allow(setting, from, endpoints)
  for (const [service, prefixList] of Object.entries(prefixLists)) {
    allow(setting, from, { name: service, prefixList })
  }
  const { cidrs, port } = factsOf(setting).telemetry
  for (const [index, cidr] of cidrs.entries()) {
    allow(setting, from, { name: index === 0 ? 'telemetry' : `telemetry-${index + 1}`, cidr }, port)
  }
}
