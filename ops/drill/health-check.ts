import { GetHealthCheckCommand, type HealthCheck, UpdateHealthCheckCommand } from '@aws-sdk/client-route-53'
import type { Clients } from '../cloud/clients.ts'
import { CloudError } from '../cloud/graph.ts'

/** The two settings that a drill changes. */
export interface Setting {
  readonly disabled: boolean
  readonly inverted: boolean
}

/**
 * Not well whatever the checkers see: a disabled check is well, and an inverted one the opposite (API reference,
 * UpdateHealthCheck). Inverted alone would call a region well that really fails while the drill runs.
 */
export const down: Setting = { disabled: true, inverted: true }

export function settingOf({ HealthCheckConfig }: HealthCheck): Setting {
  return {
    disabled: HealthCheckConfig?.Disabled ?? false,
    inverted: HealthCheckConfig?.Inverted ?? false,
  }
}

export function same(a: Setting, b: Setting): boolean {
  return a.disabled === b.disabled && a.inverted === b.inverted
}

/**
 * Does something while a health check is down, and puts it back as it was, whatever happens.
 * @throws {CloudError} where it could not be put back; what `work` throws, else
 */
export async function whileDown<T>(clients: Clients, check: HealthCheck, work: () => Promise<T>) {
  const id = check.Id ?? ''
  const before = settingOf(check)
  const started = performance.now()
  let backSeconds = 0
  let downSeconds = 0
  let result: T
  try {
    await set(clients, id, down)
    downSeconds = (performance.now() - started) / 1000
    result = await work()
  } finally {
    const begun = performance.now()
    await set(clients, id, before).catch((error: unknown) => {
      throw new CloudError(
        `health check ${id} could not be put back: ${error}\n  npx meridian drill restore --yes`,
      )
    })
    backSeconds = (performance.now() - begun) / 1000
  }
  return { result, downSeconds, backSeconds }
}

/**
 * Sets a health check, unless somebody else changed it since its version was read.
 * @throws {CloudError} where Route 53 does not have it so afterwards
 */
export async function set({ route53 }: Clients, id: string, { disabled, inverted }: Setting): Promise<void> {
  const command = new GetHealthCheckCommand({ HealthCheckId: id })
  const { HealthCheck } = await route53.send(command)
  await route53.send(
    new UpdateHealthCheckCommand({
      HealthCheckId: id,
      HealthCheckVersion: HealthCheck?.HealthCheckVersion,
      Disabled: disabled,
      Inverted: inverted,
    }),
  )
  const after = (await route53.send(command)).HealthCheck
  if (after && same(settingOf(after), { disabled, inverted })) return
  throw new CloudError(
    `health check ${id} is not as it was set: ${JSON.stringify(after && settingOf(after))}`,
  )
}
