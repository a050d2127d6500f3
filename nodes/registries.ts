/**
 * Where containerd finds images. Only our registry has an endpoint; for every other name there is what the node
 * image brought (K3s's own images, as air-gap archives) and, where several nodes share, their neighbours.
 */
export function registries(registry: string): object {
  return { mirrors: { [registry]: { endpoint: [`https://${registry}`] }, '*': {} } }
}

/**
 * How the kubelet logs in to Amazon ECR (kubelet.config.k8s.io/v1 CredentialProviderConfig): by the site's root
 * credential, for six hours at a time; no registry password exists.
 */
export const credentialProvider = {
  apiVersion: 'kubelet.config.k8s.io/v1',
  kind: 'CredentialProviderConfig',
  providers: [
    {
      name: 'ecr-credential-provider',
      apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
      matchImages: ['*.dkr.ecr.*.amazonaws.com'],
      defaultCacheDuration: '6h',
      env: [{ name: 'AWS_CONFIG_FILE', value: '/etc/meridian/aws.conf' }],
    },
  ],
}
