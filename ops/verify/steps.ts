import { answers } from './steps/answers.ts'
import { argocd } from './steps/argocd.ts'
import { certificates } from './steps/certificates.ts'
import { databases } from './steps/databases.ts'
import { distributions } from './steps/distributions.ts'
import { records, zones } from './steps/dns.ts'
import { balancers, targets } from './steps/entrances.ts'
import { healthChecks } from './steps/health-checks.ts'
import { images } from './steps/images.ts'
import { state } from './steps/state.ts'
import { tables } from './steps/tables.ts'
import { webAcls } from './steps/waf.ts'
import type { Step } from './walk.ts'

/** What Pulumi believes to be there, then the way from DNS to an answer, in the order in which a request goes it. */
export const steps: readonly Step[] = [
  state,
  zones,
  records,
  healthChecks,
  certificates,
  distributions,
  webAcls,
  balancers,
  targets,
  databases,
  tables,
  images,
  argocd(),
  answers(),
]
