import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as cloudflare from '@pulumi/cloudflare'
import type * as pulumi from '@pulumi/pulumi'
import type { PublicHost } from '../aws/_lib/hosts.ts'
import { PlatformError } from '../stack.ts'

/** A service that is a client of ours, and asks for a certificate (PKCS #10, PEM); its key never leaves it. */
export interface CertificateRequest {
  readonly client: string
  readonly csr: string
}

/** @throws {PlatformError} for a file that is no request */
export function readRequests(folder = join(import.meta.dirname, 'clients')): readonly CertificateRequest[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.csr'))
    .toSorted()
    .map((name) => {
      const csr = readFileSync(join(folder, name), 'utf8').trim()
      if (
        !/^-----BEGIN CERTIFICATE REQUEST-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE REQUEST-----$/.test(
          csr,
        )
      ) {
        throw new PlatformError(
          `platform/cloudflare/clients/${name}`,
          'it holds no certificate request, or more than one',
          'see platform/cloudflare/clients/README.md for the command that makes one',
        )
      }
      return { client: basename(name, '.csr'), csr }
    })
}

/**
 * Client certificates for services (API Shield): hosts that have routes for programs ask for one. Who shows none needs
 * a token, as everybody does; who shows one that is not ours is refused (custom-rules.ts). The Worker reads whose it is.
 */
export function declareClients(
  requests: readonly CertificateRequest[],
  hosts: readonly PublicHost[],
  zoneId: pulumi.Input<string>,
): void {
  new cloudflare.CertificateAuthoritiesHostnameAssociations('client-certificates-asked', {
    zoneId,
    hostnames: hosts.filter(isForPrograms).map(({ host }) => host),
  })
  for (const { client, csr } of requests) {
    new cloudflare.ClientCertificate(`client-${client}`, { zoneId, csr, validityDays: 365 })
  }
}

/** Not all of it is public, and it has no page at `/`: a browser would ask its user for a certificate there. */
function isForPrograms({ routes }: PublicHost): boolean {
  return routes.some((route) => !route.public) && !routes.some(({ path }) => path === '/')
}
