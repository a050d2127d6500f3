import { PlatformError, type Stack } from './stack.ts'

/** Every stack of the cloud, in an order in which each comes after all that it needs. */
export const stacks: readonly Stack[] = inOrder([
  {
    name: 'aws-core',
    program: 'aws/core',
    needs: [],
    reads: ['platform', 'cloud', 'regions'],
    // A repository for each image.
    files: ['apps/*/release.yaml', 'platform/aws/*/release.yaml'],
  },
  ...(['eu-west-1', 'us-east-1', 'ap-southeast-1'] as const).map(
    (region): Stack => ({
      name: `aws-${region}`,
      program: 'aws/region',
      region,
      // Aurora's primary is in Ireland: N. Virginia joins its global database.
      needs: region === 'us-east-1' ? ['aws-core', 'aws-eu-west-1'] : ['aws-core'],
      reads: [
        'platform',
        'cloud',
        'regions',
        'routes',
        'threats',
        ...(region === 'eu-west-1' ? ['clusters' as const] : []),
      ],
      // Secrets Manager cannot keep the password of a global database (AWS: limitations of that integration).
      ...(region === 'eu-west-1' ? { secrets: ['databasePassword'] } : {}),
    }),
  ),
  {
    name: 'aws-models',
    program: 'aws/models',
    needs: ['aws-core'],
    reads: ['platform', 'cloud', 'regions'],
  },
  {
    name: 'aws-edge',
    program: 'aws/edge',
    needs: ['aws-core', 'aws-us-east-1', 'aws-eu-west-1', 'aws-ap-southeast-1'],
    reads: [
      'platform',
      'cloud',
      'threats',
      'areas',
      'regions',
      'routes',
      'networks',
      'locations',
      'clusters',
    ],
    // The client certificate that CloudFront shows the regions: from Vault, imported into ACM.
    secrets: ['originClientCertificate', 'originClientChain', 'originClientKey'],
    bundles: ['viewer'],
  },
  {
    name: 'aws-watch',
    program: 'aws/watch',
    needs: ['aws-core', 'aws-us-east-1', 'aws-eu-west-1', 'aws-ap-southeast-1', 'aws-models', 'aws-edge'],
    reads: ['platform', 'cloud', 'regions', 'routes', 'budget'],
    secrets: ['pagerDutyIntegrationUrl'],
  },
  {
    name: 'cloudflare',
    program: 'cloudflare',
    needs: ['aws-core'],
    reads: ['platform', 'cloud', 'threats', 'regions', 'routes', 'networks', 'locations'],
    // The client certificate that Cloudflare shows the regions: from Vault.
    secrets: ['originPullCertificate', 'originPullKey'],
    bundles: ['worker'],
  },
  {
    name: 'fastly',
    program: 'fastly',
    needs: ['aws-core'],
    reads: ['platform', 'cloud', 'threats', 'regions', 'routes', 'networks', 'locations'],
    // The same for Fastly.
    secrets: ['originClientCertificate', 'originClientKey'],
    bundles: ['compute'],
  },
  { name: 'vault', program: 'vault', needs: [], reads: ['cloud', 'clusters'] },
  { name: 'github', program: 'github', needs: [], reads: ['platform', 'cloud', 'waves'] },
])

/**
 * Puts stacks in order.
 * @throws {PlatformError} where one needs what is not there, or itself by way of others
 */
export function inOrder(all: readonly Stack[]): readonly Stack[] {
  const byName = new Map(all.map((stack) => [stack.name, stack]))
  const done = new Set<Stack>()
  const visit = (stack: Stack, path: readonly string[]) => {
    if (path.includes(stack.name)) {
      const circle = [...path.slice(path.indexOf(stack.name)), stack.name].join(' → ')
      throw new PlatformError(
        place,
        `stacks need each other in a circle: ${circle}`,
        'take one out of `needs`',
      )
    }
    if (done.has(stack)) return
    for (const name of stack.needs) {
      const needed = byName.get(name)
      if (needed) visit(needed, [...path, stack.name])
      else throw new PlatformError(place, `${stack.name} needs ${name}`, knownStacks([...byName.keys()]))
    }
    done.add(stack)
  }
  for (const stack of all) visit(stack, [])
  return [...done]
}

/** @throws {PlatformError} where there is none */
export function stackNamed(name: string): Stack {
  const found = stacks.find((stack) => stack.name === name)
  if (found) return found
  throw new PlatformError(place, `no stack is called ${name}`, knownStacks(stacks.map((stack) => stack.name)))
}

const place = 'platform/stacks.ts'

function knownStacks(names: readonly string[]): string {
  return `the stacks are: ${names.join(', ')}`
}
