import * as cloudflare from '@pulumi/cloudflare'
import type * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../clusters/fleet.ts'

/**
 * Cloudflare's bot management: a switch, for it is priced by contract only. Without it the Worker's own score, the
 * rates and the managed rules tell bots from people.
 */
export function declareBots({ cloud }: Pick<Fleet, 'cloud'>, zoneId: pulumi.Input<string>): void {
  if (!cloud.cloudflare.botManagement) return
  new cloudflare.BotManagement('bots', {
    zoneId,
    autoUpdateModel: true,
    // Its script would stand in pages that allow no script of others.
    enableJs: false,
    suppressSessionScore: false,
  })
}
