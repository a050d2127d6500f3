import type { Clients } from '../clients.ts'
import { type CloudGraph, ofType, type Resource } from '../graph.ts'
import { openLive } from '../live.ts'
import { makeBalancer, makeListener, makeTargets } from './balancers.ts'
import { makeCluster, makeGlobalCluster, makeInstance, makeTable } from './databases.ts'
import { makeAssociation, makeCertificate, makeDistribution, makeWebAcl } from './edge.ts'
import { makeRepository } from './images.ts'
import { makeHealthCheck, makeRecord, makeZone } from './route53.ts'
import type { Seeding } from './seeding.ts'

type Make = (seeding: Seeding, resource: Resource) => Promise<void>

/** Each round refers to what the rounds before it made. */
const rounds: readonly (readonly (readonly [type: string, make: Make])[])[] = [
  [
    ['route53.aws Zone', makeZone],
    ['acm.aws Certificate', makeCertificate],
    ['wafv2.aws WebAcl', makeWebAcl],
    ['lb.aws LoadBalancer', makeBalancer],
    ['lb.aws TargetGroup', makeTargets],
    ['rds.aws GlobalCluster', makeGlobalCluster],
    ['dynamodb.aws Table', makeTable],
    ['ecr.aws Repository', makeRepository],
  ],
  [
    ['cloudfront.aws Distribution', makeDistribution],
    ['wafv2.aws WebAclAssociation', makeAssociation],
    ['lb.aws Listener', makeListener],
    ['rds.aws Cluster', makeCluster],
    ['rds.aws Instance', makeInstance],
  ],
  [['route53.aws HealthCheck', makeHealthCheck]],
  [['route53.aws Record', makeRecord]],
]

/** Makes in moto what a rendered graph declares, as far as verify and drill look at it. */
export async function seed(graph: CloudGraph, clients: Clients, endpoint: string): Promise<void> {
  for (const round of rounds) {
    for (const [type, make] of round) {
      // What was not there a moment ago is there now.
      const { resolve } = openLive(graph, clients)
      for (const resource of inOrder(ofType(graph, type)))
        await make({ clients, endpoint, resolve }, resource)
    }
  }
}

/** What is made of others of its type comes after them: replicas, calculated checks. */
function inOrder(resources: readonly Resource[]): readonly Resource[] {
  const follows = ({ spec }: Resource) =>
    Number(
      spec.replicateSourceDb !== undefined ||
        spec.sourceRegion !== undefined ||
        spec.childHealthchecks !== undefined,
    )
  return resources.toSorted((a, b) => follows(a) - follows(b))
}
