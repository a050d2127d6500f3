import * as fastly from '@pulumi/fastly'
import type { Fleet } from '../../clusters/fleet.ts'

/**
 * Fastly's Next-Gen WAF: a switch, for it is priced by contract only. Without it these stand before the regions at
 * Fastly: TLS 1.3, the threat list, the methods of each host, rates of each address, the token that the Compute
 * service checks, and its bot score. What passes is judged by the regions' web ACL (OWASP, known bad inputs) before any
 * service reads it; only public answers are kept at Fastly.
 */
export function declareNextGenWaf({ cloud }: Pick<Fleet, 'cloud'>): fastly.NgwafWorkspace | undefined {
  if (!cloud.fastly.nextGenWaf) return undefined
  return new fastly.NgwafWorkspace('next-gen-waf', {
    name: 'meridian',
    description: 'Both services',
    mode: 'block',
    attackSignalThresholds: { immediate: true },
    defaultBlockingResponseCode: 406,
    ipAnonymization: 'hashed',
  })
}
