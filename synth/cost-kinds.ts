/** What a resource is paid for by use. */
export interface Use {
  /** The budget line, or what `budget.yaml` has outside the lines. */
  readonly line: string
  /** What is counted. */
  readonly by: string
}

/** Kinds that are paid for by use, by their line; fixed charges beside it are in `cost-tariffs.ts`. */
export const usedKinds: Readonly<Record<string, Use>> = {
  'backup.aws Plan': { line: 'account', by: 'GB of backups, and GB copied to another region' },
  'cfg.aws Recorder': { line: 'account', by: 'configuration items recorded' },
  'cfg.aws Rule': { line: 'account', by: 'evaluations' },
  'cloudflare WorkersKvNamespace': { line: 'cloudflare-workers', by: 'keys read and written, GB stored' },
  'cloudflare WorkerVersion': { line: 'cloudflare-workers', by: 'requests, CPU time, Durable Objects' },
  'cloudfront.aws Distribution': { line: 'cloudfront', by: 'GB delivered and requests' },
  'cloudtrail.aws Trail': { line: 'account', by: 'data events; the first copy of management events is free' },
  'cloudwatch.aws LogDeliveryDestination': { line: 'monitoring', by: 'GB of logs delivered' },
  'cloudwatch.aws LogGroup': { line: 'monitoring', by: 'GB of logs ingested and stored' },
  'dynamodb.aws Table': { line: 'storage', by: 'GB stored; writes, reads and replicas outside the lines' },
  'ec2.aws FlowLog': { line: 'monitoring', by: 'GB of logs delivered' },
  'ec2.aws NatGateway': { line: 'regional-network', by: 'GB passed' },
  'ec2.aws VpcEndpoint': { line: 'regional-network', by: 'GB passed, where it has an address' },
  'ecr.aws Repository': { line: 'account', by: 'GB of images, and GB copied to another region' },
  'ecs.aws Service': { line: 'regional-compute', by: 'tasks beyond the minimum of quiet hours' },
  'efs.aws FileSystem': { line: 'storage', by: 'GB stored, read and written' },
  'eks.aws NodeGroup': { line: 'regional-compute', by: 'machines beyond the minimum of quiet hours' },
  'fastly ServiceCompute': { line: 'networking', by: 'requests, CPU time and GB delivered' },
  'fastly ServiceVcl': { line: 'networking', by: 'requests and GB delivered' },
  'fastly Kvstore': { line: 'networking', by: 'keys read and written, GB stored' },
  'guardduty.aws Detector': { line: 'account', by: 'events and GB of logs analysed' },
  'guardduty.aws DetectorFeature': { line: 'account', by: 'events and vCPU watched' },
  'kms.aws Key': { line: 'account', by: 'requests' },
  'kms.aws ReplicaKey': { line: 'account', by: 'requests' },
  'lambda.aws Function': { line: 'lambda-edge', by: 'invocations and GB-seconds' },
  'lb.aws LoadBalancer': { line: 'load-balancers', by: 'capacity units' },
  'rds.aws Cluster': { line: 'regional-databases', by: 'GB stored, I/O requests, backups' },
  'rds.aws GlobalCluster': { line: 'regional-databases', by: 'replicated writes' },
  'rds.aws Instance': { line: 'regional-databases', by: 'GB of backups beyond the disk' },
  'rds.aws InstanceAutomatedBackupsReplication': { line: 'regional-databases', by: 'GB of backups copied' },
  'route53.aws QueryLog': { line: 'monitoring', by: 'GB of logs ingested' },
  'route53.aws Zone': { line: 'networking', by: 'queries' },
  's3.aws Bucket': { line: 'storage', by: 'GB stored and requests' },
  's3.aws BucketReplicationConfig': { line: 'storage', by: 'GB copied to another region' },
  'sagemaker.aws Endpoint': { line: 'ml-inference', by: 'instances beyond the minimum, GB in and out' },
  'secretsmanager.aws Secret': { line: 'account', by: 'requests' },
  'sns.aws Topic': { line: 'monitoring', by: 'messages' },
  'wafv2.aws WebAcl': { line: 'security', by: 'requests inspected' },
  'xray.aws SamplingRule': { line: 'monitoring', by: 'traces recorded, which a rule makes fewer' },
}

/** Kinds that are billed although no price of theirs could be sourced, and why. */
export const unpricedKinds: Readonly<Record<string, string>> = {
  'cloudflare CertificatePack': 'an advanced certificate is an add-on; its price could not be sourced',
  'cloudflare LoadBalancer': 'an add-on paid by origin and query; its price could not be sourced',
  'cloudflare Zone': 'the plan of the zone is the contract’s, not the resource’s',
  'cloudfront.aws MonitoringSubscription':
    'metrics in real time are billed; their price could not be sourced',
  'fastly TlsSubscription': 'certificates beyond the contract’s are billed; their price could not be sourced',
  'lb.aws TrustStore': 'billed by the hour; its price could not be sourced',
}

/** Services that are not billed, whatever their kind. */
export const freeServices: readonly string[] = [
  'acm.aws',
  'appautoscaling.aws',
  'autoscaling.aws',
  'aws.vault',
  // The plan of GitHub is paid by the person.
  'github',
  'iam.aws',
  'meridian',
  'pkiSecret.vault',
  'pulumi',
  'rolesanywhere.aws',
  'ssh.vault',
  'transit.vault',
  // Machines of our own.
  'vault',
  'vpc.aws',
]

/** Kinds that cost nothing by themselves: settings of others, and what is billed with what it belongs to. */
export const freeKinds: Readonly<Record<string, true>> = Object.fromEntries(
  Object.entries({
    'accessanalyzer.aws': 'Analyzer',
    'backup.aws': 'RegionSettings Selection Vault VaultLockConfiguration',
    'budgets.aws': 'Budget',
    'cfg.aws': 'ConfigurationAggregator DeliveryChannel RecorderStatus',
    'chatbot.aws': 'SlackChannelConfiguration',
    cloudflare: `AuthenticatedOriginPulls AuthenticatedOriginPullsCertificate AuthenticatedOriginPullsHostnameCertificate
      AuthenticatedOriginPullsSettings CertificateAuthoritiesHostnameAssociations DnsRecord List LoadBalancerMonitor
      LoadBalancerPool MtlsCertificate NotificationPolicy OriginTlsComplianceModes Ruleset TieredCache Worker
      WorkersDeployment WorkersRoute ZoneSetting`,
    'cloudfront.aws': 'CachePolicy OriginAccessControl OriginRequestPolicy ResponseHeadersPolicy',
    'cloudwatch.aws': 'LogDelivery LogDeliverySource LogResourcePolicy',
    'costexplorer.aws': 'AnomalyMonitor AnomalySubscription',
    'ebs.aws': 'DefaultKmsKey EncryptionByDefault SnapshotBlockPublicAccess',
    'ec2.aws': `DefaultSecurityGroup ImageBlockPublicAccess InstanceMetadataDefaults InternetGateway LaunchTemplate Route
      RouteTable RouteTableAssociation SecurityGroup Subnet Vpc`,
    'ecr.aws':
      'LifecyclePolicy RegistryScanningConfiguration ReplicationConfiguration RepositoryCreationTemplate',
    'ecs.aws': 'Cluster ClusterCapacityProviders TaskDefinition',
    'efs.aws': 'AccessPoint BackupPolicy FileSystemPolicy MountTarget',
    'eks.aws': 'AccessEntry AccessPolicyAssociation Addon PodIdentityAssociation',
    'elasticache.aws': 'ParameterGroup SubnetGroup User UserGroup',
    fastly: `Alert ComputeAcl ComputeAclEntries Configstore ConfigstoreEntries Integration Secretstore ServiceACLEntries
      ServiceDictionaryItems TlsSubscriptionValidation`,
    'kms.aws': 'Alias',
    'lb.aws': 'Listener ListenerRule TargetGroup TargetGroupAttachment',
    'rds.aws': 'ClusterParameterGroup ParameterGroup SubnetGroup',
    'route53.aws': 'HostedZoneDnsSec KeySigningKey Record',
    's3.aws': `AccountPublicAccessBlock BucketLifecycleConfiguration BucketLogging BucketObjectLockConfiguration
      BucketObjectv2 BucketOwnershipControls BucketPolicy BucketPublicAccessBlock
      BucketServerSideEncryptionConfiguration BucketVersioning`,
    'sagemaker.aws': 'EndpointConfiguration Model ModelPackageGroup',
    'secretsmanager.aws': 'SecretPolicy SecretRotation SecretVersion',
    'sns.aws': 'TopicPolicy TopicSubscription',
    'wafv2.aws': 'IpSet RegexPatternSet WebAclAssociation WebAclLoggingConfiguration',
    'xray.aws': 'EncryptionConfig Group',
  }).flatMap(([service, kinds]) => kinds.split(/\s+/).map((kind) => [`${service} ${kind}`, true as const])),
)
