import { ACMClient } from '@aws-sdk/client-acm'
import { CloudFrontClient } from '@aws-sdk/client-cloudfront'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ECRClient } from '@aws-sdk/client-ecr'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { RDSClient } from '@aws-sdk/client-rds'
import { Route53Client } from '@aws-sdk/client-route-53'
import { WAFV2Client } from '@aws-sdk/client-wafv2'

/** AWS's APIs, one client a service and region; each is made when it is first asked for. */
export interface Clients {
  readonly route53: Route53Client
  readonly cloudFront: CloudFrontClient
  acm(region: string): ACMClient
  dynamoDb(region: string): DynamoDBClient
  ecr(region: string): ECRClient
  loadBalancers(region: string): ElasticLoadBalancingV2Client
  rds(region: string): RDSClient
  waf(region: string): WAFV2Client
  /** Something else than AWS answers. */
  readonly standIn: boolean
  close(): void
}

export interface Endpoints {
  /** Instead of AWS's own addresses. @default AWS_ENDPOINT_URL of the environment */
  readonly all?: string | undefined
  /** The same for DynamoDB alone. @default AWS_ENDPOINT_URL_DYNAMODB, else `all` */
  readonly dynamoDb?: string | undefined
}

interface Settings {
  readonly region: string
  readonly endpoint?: string
  readonly maxAttempts: number
}

/** Route 53 and CloudFront have one API for the world, and it lies there. */
const globalRegion = 'us-east-1'

/** Clients with the credentials of the environment, as the AWS CLI finds them. */
export function openClients({
  all = process.env.AWS_ENDPOINT_URL,
  dynamoDb = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? all,
}: Endpoints = {}): Clients {
  const made = new Map<string, { destroy(): void }>()
  const settings = (region: string, endpoint: string | undefined): Settings => ({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 3,
  })
  const client = <C extends { destroy(): void }>(
    Kind: new (settings: Settings) => C,
    region: string,
    endpoint = all,
  ): C => {
    const key = `${Kind.name} ${region}`
    const found = made.get(key)
    if (found instanceof Kind) return found
    const fresh = new Kind(settings(region, endpoint))
    made.set(key, fresh)
    return fresh
  }
  return {
    get route53() {
      return client(Route53Client, globalRegion)
    },
    get cloudFront() {
      return client(CloudFrontClient, globalRegion)
    },
    acm: (region) => client(ACMClient, region),
    dynamoDb: (region) => client(DynamoDBClient, region, dynamoDb),
    ecr: (region) => client(ECRClient, region),
    loadBalancers: (region) => client(ElasticLoadBalancingV2Client, region),
    rds: (region) => client(RDSClient, region),
    waf: (region) => client(WAFV2Client, region),
    standIn: all !== undefined,
    close() {
      for (const one of made.values()) one.destroy()
    },
  }
}
