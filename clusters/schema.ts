import { z } from 'zod'

/**
 * The shapes of the facts. One schema per file kind; `fleet.ts` reads the files and checks them against each
 * other. Money is USD a month, distances are degrees (WGS 84), memory is GiB (2^30 bytes).
 */

const Name = z.string().regex(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/, 'a lower-case name: letters, digits, hyphens')
const Code = z.string().regex(/^[a-z]{3}$/, 'an IATA city or airport code in lower case, such as fra')
const Country = z.string().regex(/^[A-Z]{2}$/, 'an ISO 3166-1 alpha-2 code, such as DE')
const Host = z.hostname()
const Ipv4 = z.ipv4()
const Cidr = z.cidrv4()
const Usd = z.number().nonnegative()
const IsoDate = z.iso.date()
const Pem = z
  .string()
  .regex(/^(-----BEGIN CERTIFICATE-----\n[\w+/=\n]+-----END CERTIFICATE-----\n)+$/, 'certificates in PEM')

export const AreaName = z.enum(['americas', 'europe', 'asia-pacific', 'middle-east-africa'])
export const Continent = z.enum([
  'north-america',
  'south-america',
  'europe',
  'asia-pacific',
  'middle-east',
  'africa',
])
export const NetworkName = z.enum(['cloudflare', 'cloudfront', 'fastly', 'k3s'])
export const RegionName = z.enum(['us-east-1', 'eu-west-1', 'ap-southeast-1'])
export const Tier = z.enum(['platinum', 'gold', 'silver'])

/** `platform.yaml`: what the whole platform has one of. */
export const Platform = z.strictObject({
  /** Where every cluster's Argo CD pulls from. */
  repository: z.url({ protocol: /^https$/ }),
  domain: Host,
  /** Host of the container registry that holds our images and the mirrored third-party ones. */
  registry: Host,
  /** AWS region of Secrets Manager, KMS and the registry. */
  homeRegion: RegionName,
  kubernetes: z.strictObject({
    /** K3s release of the edge clusters, such as v1.36.3+k3s1. */
    k3s: z.string().regex(/^v1\.\d+\.\d+\+k3s\d+$/, 'a K3s release, such as v1.36.3+k3s1'),
  }),
  /** The network that every site's machines lie in; only its clusters' API servers are reached by it. */
  sites: Cidr,
  /** What every site may open connections to on port 443, by purpose. */
  egress: z.strictObject({
    /** The git host. */
    git: z.array(Cidr).min(1),
    /** The hosts of the official Helm charts. */
    charts: z.array(Cidr).min(1),
    /** AWS's APIs: Secrets Manager, STS, KMS, the registry. */
    aws: z.array(Cidr).min(1),
  }),
  logs: z.strictObject({
    /** How long the central store keeps every log, the clusters' audit logs among them, in days. */
    retentionDays: z.int().positive(),
  }),
})

/** `areas.yaml`: how the world is divided, and what must lie where. */
export const Areas = z.strictObject({
  areas: z.record(
    AreaName,
    z.strictObject({
      name: z.string(),
      /** How many locations the area has (SPEC: Places). */
      locations: z.int().positive(),
      bounds: z.strictObject({ south: z.number(), north: z.number(), west: z.number(), east: z.number() }),
      countries: z.record(Country, z.strictObject({ name: z.string(), continent: Continent })),
    }),
  ),
})

/** `networks.yaml`: the four edge networks, and which a continent's users prefer. */
export const Networks = z.strictObject({
  networks: z.record(
    NetworkName,
    z.strictObject({
      name: z.string(),
      /** The region that its locations send requests to unless a location names a nearer one. */
      region: RegionName,
      /** The fewest locations that it must serve. */
      minLocations: z.int().nonnegative(),
    }),
  ),
  prefer: z.record(Continent, NetworkName),
})

const Endpoint = z.strictObject({ host: Host, port: z.int().min(1).max(65535), cidrs: z.array(Cidr).min(1) })

/** `regions.yaml`: the three AWS regions behind the edge. */
export const Regions = z.strictObject({
  regions: z.record(
    RegionName,
    z.strictObject({
      name: z.string(),
      lat: z.number().min(-90).max(90),
      lon: z.number().min(-180).max(180),
      compute: z.enum(['ecs', 'eks']),
      database: z.enum(['rds-multi-az', 'aurora-global', 'dynamodb-global-tables']),
      storage: z.array(z.enum(['s3', 'dynamodb', 'efs'])).min(1),
      /** The load balancer's stable addresses: where edges send requests. */
      entrance: Endpoint,
      /** The region's Redis, cache level L3. */
      cache: Endpoint,
      /** Where agents send metrics, logs and traces for this region's sites. */
      telemetry: Endpoint,
    }),
  ),
})

const Port = z.int().min(1).max(65535)
const NodePort = z.int().min(30000).max(32767)

/** What a service of a region may reach. */
export const Reach = z.enum([
  'cache',
  'database',
  'accounts',
  'files',
  'models',
  'sessions',
  'flags',
  'objects',
])

/** `cloud.yaml`: what the programs of `platform/` need to know of the clouds. */
export const Cloud = z.strictObject({
  /** What a failover may cost, in time and in data: drills are held against it. */
  recovery: z.strictObject({ rtoSeconds: z.int().positive(), rpoSeconds: z.int().positive() }),
  aws: z.strictObject({
    account: z.string().regex(/^\d{12}$/, 'an AWS account id: 12 digits'),
    /** On every resource that takes tags. */
    tags: z.record(z.string(), z.string()),
    regions: z.record(
      RegionName,
      z.strictObject({
        /** The region's VPC. */
        network: Cidr,
        zones: z.array(z.string().regex(/^[a-z]{2}-[a-z]+-\d[a-z]$/, 'a zone, such as eu-west-1a')).length(3),
        /** 1: all zones go out by one; 3: each by its own. */
        natGateways: z.union([z.literal(1), z.literal(3)]),
        /** IANA name, such as Europe/Dublin: its busy hours are counted in it. */
        timeZone: z.string(),
      }),
    ),
    entrance: z.strictObject({
      /** Where the load balancers answer `healthPath`, and nothing else, without a client's certificate. */
      healthPort: Port,
      healthPath: z.string().regex(/^\/[\w/-]*$/, 'a path that begins with /'),
    }),
    compute: z.strictObject({
      /** Where every service answers by TLS, in a task or a pod. */
      port: Port,
      telemetryNodePort: NodePort,
      task: z.strictObject({
        cpuUnits: z.int().positive(),
        memoryMiB: z.int().positive(),
        min: z.int().positive(),
        max: z.int().positive(),
      }),
      spotInTen: z.int().min(0).max(10),
      node: z.strictObject({
        type: z.string(),
        diskGiB: z.int().positive(),
        min: z.int().positive(),
        max: z.int().positive(),
      }),
      /** The IAM role, in our account, of those who administer the EKS cluster. */
      operators: z.string(),
      scaleAt: z.strictObject({
        cpuPercent: z.int().min(1).max(100),
        memoryPercent: z.int().min(1).max(100),
        /** To each task or machine. */
        requestsPerMinute: z.int().positive(),
      }),
      busy: z.strictObject({
        fromHour: z.int().min(0).max(23),
        toHour: z.int().min(0).max(23),
        /** Of the minimum. */
        factor: z.number().min(1),
      }),
      /** By upstream. */
      services: z.record(Name, z.strictObject({ nodePort: NodePort, reach: z.array(Reach) })),
    }),
    databases: z.strictObject({
      rds: z.strictObject({
        version: z.string(),
        type: z.string(),
        diskGiB: z.int().positive(),
        maxDiskGiB: z.int().positive(),
      }),
      aurora: z.strictObject({ version: z.string(), type: z.string() }),
    }),
    cache: z.strictObject({ version: z.string(), type: z.string(), nodes: z.int().min(2).max(6) }),
    waf: z.strictObject({
      botControl: z.boolean(),
      /** Of one client, for all routes together. WAF takes 10 or more. */
      requestsPerMinute: z.int().min(10),
      /** Routes that allow a client less. */
      routes: z.record(Name, z.int().min(10)),
    }),
    dns: z.strictObject({
      /** Of every record that failover changes. */
      ttlSeconds: z.int().positive(),
      healthChecks: z.strictObject({
        /** Of regions and networks. */
        intervalSeconds: z.union([z.literal(10), z.literal(30)]),
        siteIntervalSeconds: z.union([z.literal(10), z.literal(30)]),
        /** Checks in a row that must fail. */
        failureThreshold: z.int().min(1).max(10),
      }),
      certificateAuthorities: z.array(Host).min(1),
      /** The names by which other networks are reached; {host} stands for the host that a user asked for. */
      networks: z.strictObject({ cloudflare: z.string(), fastly: z.string() }),
      /** The public address of each K3s cluster. */
      sites: z.record(Name, Ipv4),
    }),
    /** SageMaker's endpoints, one in each region. */
    inference: z.strictObject({
      /** Without a disk of its own: SageMaker encrypts none of those under our key. */
      instance: z
        .string()
        .regex(/^ml\.[a-z]\w*\.\w+$/, 'an instance type of SageMaker, such as ml.c7i.xlarge'),
      min: z.int().positive(),
      max: z.int().positive(),
      /** To each instance, above which there is one more. */
      invocationsPerMinute: z.int().positive(),
    }),
    backup: z.strictObject({ retentionDays: z.int().positive() }),
    /** Where Pulumi keeps what it made, and the alias of the KMS key that its secrets are under. */
    state: z.strictObject({ bucket: z.string(), key: z.string().regex(/^alias\/[\w/-]+$/, 'a key alias') }),
    shield: z.strictObject({ advanced: z.boolean() }),
  }),
  /** Certificates in PEM, one or more in each. */
  authorities: z.strictObject({
    /** They stand behind the certificates that edges show to the regions' entrances. */
    edges: Pem,
    /** They stand behind the certificates of the sites' machines (IAM Roles Anywhere). */
    sites: Pem,
  }),
  alerts: z.strictObject({
    objectives: z.strictObject({
      /** Share of requests that are answered: 0.9995. */
      availability: z.number().min(0.9).lt(1),
      latencyP99Ms: z.int().positive(),
      /** From the first failed request to the page. */
      pagedWithinSeconds: z.int().positive(),
      /** Replication further behind than this breaks the RPO. */
      dataLossSeconds: z.int().positive(),
    }),
    emails: z.array(z.email()).min(1),
    slack: z.strictObject({ workspace: z.string(), channel: z.string() }),
    /** Where Slack and PagerDuty answer on port 443: all that Alertmanager may reach outside AWS. */
    egress: z.array(Cidr).min(1),
  }),
  cloudflare: z.strictObject({
    account: z.string().regex(/^[0-9a-f]{32}$/, 'a Cloudflare account id: 32 hexadecimal digits'),
    botManagement: z.boolean(),
    logpush: z.boolean(),
    /** Cloudflare's label of the zone in `<domain>.<label>.dcv.cloudflare.com`. */
    certificateDelegation: z.string().regex(/^[0-9a-f]{16}$/, '16 hexadecimal digits'),
    worker: z.strictObject({
      rollout: z
        .strictObject({
          /** Of the requests that the newest version answers. */
          percent: z.int().min(1).max(100),
          /** The version that answers the rest. */
          previous: z.uuid().optional(),
        })
        .refine(({ percent, previous }) => percent === 100 || previous !== undefined, {
          path: ['previous'],
          message: 'a rollout below 100 percent names the version that answers the rest',
        }),
    }),
  }),
  fastly: z.strictObject({
    /** Fastly's id of us. */
    customer: z.string().regex(/^[0-9A-Za-z]{22}$/, 'a Fastly customer id: 22 letters and digits'),
    nextGenWaf: z.boolean(),
    /** The data centre that shields each region, by Fastly's name of it. */
    shields: z.record(RegionName, z.string().regex(/^[a-z][a-z_-]+$/, 'a shield, such as iad-va-us')),
  }),
  vault: z.strictObject({
    address: z.url({ protocol: /^https$/ }),
    /** Who may have Vault sign, by what is signed: names of IAM roles. */
    signers: z.strictObject({
      /** The intermediate authorities of clusters, and what sites and edges show; and who takes such back. */
      intermediates: z.string(),
      /** An hour's SSH access to a site (docs/runbooks/break-glass.md). */
      breakGlass: z.string(),
    }),
  }),
  github: z.strictObject({
    /** The app that moves waves: see platform/github/rulesets.ts. */
    wavesAppId: z.int().positive(),
  }),
})

/** `threats.yaml`: networks whose requests every edge refuses, beside what the edges' own feeds say. */
export const Threats = z.strictObject({
  networks: z.array(
    z.strictObject({ cidr: z.union([Cidr, z.cidrv6()]), reason: z.string().min(1), source: z.url() }),
  ),
})

/** `waves.yaml`: the order in which changes roll over the clusters. */
export const Waves = z.strictObject({
  waves: z.array(z.strictObject({ name: Name, description: z.string() })).min(1),
})

/** `machines.yaml`: the kinds of machine that nodes are. */
export const Machines = z.strictObject({
  machines: z.record(
    Name,
    z.strictObject({
      cpu: z.int().positive(),
      memoryGiB: z.int().positive(),
      diskGiB: z.int().positive(),
      gpu: z
        .strictObject({ vendor: z.enum(['nvidia']), model: z.string(), memoryGiB: z.int().positive() })
        .optional(),
    }),
  ),
})

/** `locations/<area>.yaml`: real cities, and the edge networks that serve them. */
export const Location = z.strictObject({
  code: Code,
  city: z.string().min(1),
  country: Country,
  lat: z.number().min(-90).max(90),
  lon: z.number().min(-180).max(180),
  networks: z.array(NetworkName).min(1),
  /** A nearer region than the network's default. */
  region: RegionName.optional(),
})
export const Locations = z.strictObject({ area: AreaName, locations: z.array(Location).min(1) })

const Node = z.strictObject({
  name: Name,
  role: z.enum(['server', 'agent']),
  machine: Name,
  /** Its address in the site's network. */
  address: Ipv4,
})

/** `fleet/<cluster>.yaml`: one Kubernetes cluster. */
export const Cluster = z.strictObject({
  name: Name,
  distribution: z.enum(['k3s', 'eks']),
  location: Code,
  /** The region it sends requests to first. */
  region: RegionName,
  /** The other regions, in the order in which it falls back to them. */
  overflow: z.array(RegionName),
  wave: Name,
  tier: Tier,
  /** small: one server; medium, large: three servers (HA). Decides how much each workload gets. */
  size: z.enum(['small', 'medium', 'large']),
  /** The network of the site's machines. */
  network: Cidr,
  /** Empty for eks: AWS runs its nodes. */
  nodes: z.array(Node),
  /** Props of an app that differ here, by app: `settings: { router: { maxReplicas: 6 } }`. */
  settings: z.record(Name, z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))).optional(),
})

/** `routes.yaml`: what the platform answers, and who answers it. */
export const Routes = z.strictObject({
  upstreams: z.record(Name, z.strictObject({ description: z.string(), regions: z.array(RegionName).min(1) })),
  routes: z
    .array(
      z.strictObject({
        id: Name,
        host: Host,
        path: z.string().regex(/^\/[^\s?#]*$/, 'a path that begins with /'),
        /** An upstream's name, or `inference`: the models at the edge. */
        upstream: Name,
        /** A public route needs no token. */
        public: z.boolean(),
        /** How long an answer may be kept when its origin does not say, in seconds; 0: not at all. */
        cacheSeconds: z.int().nonnegative(),
        timeoutMs: z.int().positive(),
      }),
    )
    .min(1),
})

/** `budget.yaml`: the nine lines, the buffer, the savings and what the lines do not cover. */
export const Budget = z.strictObject({
  /** Added to the sum of the lines: 0.2 is 20 %. */
  buffer: z.number().min(0).max(1),
  lines: z.array(
    z.strictObject({
      id: Name,
      name: z.string(),
      /** A budget allocation at the baseline volume, not a price. */
      allocationUsdPerMonth: Usd,
      baseline: z.strictObject({ volume: z.number().positive(), unit: z.string(), assumption: z.string() }),
    }),
  ),
  savings: z.array(z.strictObject({ id: Name, name: z.string(), usdPerMonth: Usd })),
  /** What the lines do not cover; shown under the total, not counted in it. */
  outside: z.array(
    z.strictObject({
      id: Name,
      name: z.string(),
      /** Set aside, rounded up to 50: the limit of the account's budget at AWS counts it (platform/aws/watch). */
      estimateUsdPerMonth: Usd,
      /** What the rendered resources do not tell, on top of their sum at list price. */
      byHandUsdPerMonth: Usd,
      assumption: z.string(),
    }),
  ),
  /** The target load (SPEC: Figures) at list price: told apart from the plan, which is far smaller. */
  peak: z.strictObject({
    requestsPerSecond: z.int().positive(),
    /** What a million requests use of what has a list price, on the network that they enter by. */
    networks: z.record(
      NetworkName,
      z.array(z.strictObject({ price: Name, perMillionRequests: z.number().positive() })),
    ),
  }),
})

/** `prices.yaml`: list prices as their sellers publish them. */
export const Prices = z.strictObject({
  prices: z.array(
    z.strictObject({
      id: Name,
      /** The budget line that it stands beside, or what `budget.yaml` has outside the lines. */
      line: Name,
      unit: z.string(),
      usd: Usd,
      source: z.url(),
      /** The day on which the source was read. */
      date: IsoDate,
    }),
  ),
})

export type Platform = z.infer<typeof Platform>
export type Areas = z.infer<typeof Areas>['areas']
export type AreaName = z.infer<typeof AreaName>
export type NetworkName = z.infer<typeof NetworkName>
export type Networks = z.infer<typeof Networks>
export type RegionName = z.infer<typeof RegionName>
export type Regions = z.infer<typeof Regions>['regions']
export type Cloud = z.infer<typeof Cloud>
export type Threat = z.infer<typeof Threats>['networks'][number]
export type Reach = z.infer<typeof Reach>
export type Wave = z.infer<typeof Waves>['waves'][number]
export type Machines = z.infer<typeof Machines>['machines']
export type Location = z.infer<typeof Location>
export type Cluster = z.infer<typeof Cluster>
export type Node = Cluster['nodes'][number]
export type Routes = z.infer<typeof Routes>
export type Budget = z.infer<typeof Budget>
export type Price = z.infer<typeof Prices>['prices'][number]
