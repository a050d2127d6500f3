import type { Rule } from './rule.ts'
import auditLogShipped from './rules/fleet/audit-log-shipped.ts'
import autoscalerOwnsReplicas from './rules/fleet/autoscaler-owns-replicas.ts'
import budgetWithinPlan from './rules/fleet/budget-within-plan.ts'
import clusterComplete from './rules/fleet/cluster-complete.ts'
import clusterFollowsItsWave from './rules/fleet/cluster-follows-its-wave.ts'
import dataOnEncryptedVolumes from './rules/fleet/data-on-encrypted-volumes.ts'
import disruptionBudget from './rules/fleet/disruption-budget.ts'
import encryptedUpstreams from './rules/fleet/encrypted-upstreams.ts'
import imageVerifier from './rules/fleet/image-verifier.ts'
import issuanceShortLived from './rules/fleet/issuance-short-lived.ts'
import logsKeptAYear from './rules/fleet/logs-kept-a-year.ts'
import namespaceBounded from './rules/fleet/namespace-bounded.ts'
import namespaceDefaultDeny from './rules/fleet/namespace-default-deny.ts'
import nodeAudited from './rules/fleet/node-audited.ts'
import nodeDataEncrypted from './rules/fleet/node-data-encrypted.ts'
import nodeHardened from './rules/fleet/node-hardened.ts'
import nodesBornClosed from './rules/fleet/nodes-born-closed.ts'
import redisGuarded from './rules/fleet/redis-guarded.ts'
import referencesLeadSomewhere from './rules/fleet/references-lead-somewhere.ts'
import replicasOnSeveralNodes from './rules/fleet/replicas-on-several-nodes.ts'
import routeAnswered from './rules/fleet/route-answered.ts'
import serviceCertificate from './rules/fleet/service-certificate.ts'
import tls13Only from './rules/fleet/tls-13-only.ts'
import wafBeforeEveryRoute from './rules/fleet/waf-before-every-route.ts'
import workloadNetworkPolicy from './rules/fleet/workload-network-policy.ts'

/** The rules that need several objects or facts: judged in the pull request, over the views of views.ts. */
export const fleetRules: readonly Rule[] = [
  auditLogShipped,
  autoscalerOwnsReplicas,
  budgetWithinPlan,
  clusterComplete,
  clusterFollowsItsWave,
  dataOnEncryptedVolumes,
  disruptionBudget,
  encryptedUpstreams,
  imageVerifier,
  logsKeptAYear,
  namespaceBounded,
  namespaceDefaultDeny,
  nodeAudited,
  nodeDataEncrypted,
  nodeHardened,
  nodesBornClosed,
  redisGuarded,
  referencesLeadSomewhere,
  replicasOnSeveralNodes,
  routeAnswered,
  serviceCertificate,
  issuanceShortLived,
  tls13Only,
  wafBeforeEveryRoute,
  workloadNetworkPolicy,
]
