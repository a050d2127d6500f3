import { availability } from './availability.ts'
import { cloud } from './cloud.ts'
import { dataLoss } from './data-loss.ts'
import { delivery } from './delivery.ts'
import { images } from './images.ts'
import { immutableFields } from './immutable.ts'
import { network } from './network.ts'
import { policies } from './policies.ts'
import { privileges } from './privileges.ts'
import { rbac } from './rbac.ts'
import type { DangerSign } from './sign.ts'

/** Every sign that a changed resource of the cloud is held against: its kinds have other meanings. */
export const cloudSigns: readonly DangerSign[] = [
  ...cloud,
  ...dataLoss.filter(({ id }) => id === 'retention-shortened'),
]

/** Every sign that a changed object is held against. */
export const signs: readonly DangerSign[] = [
  ...dataLoss,
  ...immutableFields,
  ...privileges,
  ...rbac,
  ...availability,
  ...policies,
  ...network,
  ...delivery,
  ...images,
]
