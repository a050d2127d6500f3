import { ApiObject, type Chart } from 'cdk8s'

/**
 * Argo CD's way into our registry, for the charts that are mirrored there. The registry's tokens live 12 hours; this
 * app fetches them because its own chart is the only one that a cluster can have before it has a token.
 */
export function chartRegistry(
  chart: Chart,
  { registry, region }: { registry: string; region: string },
): void {
  const name = 'chart-registry'
  const metadata = {
    name,
    namespace: 'argocd',
    // After the chart's controller is there to admit and answer them.
    annotations: { 'argocd.argoproj.io/sync-wave': '1' },
  }
  new ApiObject(chart, 'chart-registry-token', {
    apiVersion: 'generators.external-secrets.io/v1alpha1',
    kind: 'ECRAuthorizationToken',
    metadata,
    spec: { region },
  })
  new ApiObject(chart, 'chart-registry-secret', {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata,
    spec: {
      refreshInterval: '4h0m0s',
      dataFrom: [
        {
          sourceRef: {
            generatorRef: {
              apiVersion: 'generators.external-secrets.io/v1alpha1',
              kind: 'ECRAuthorizationToken',
              name,
            },
          },
        },
      ],
      target: {
        name,
        creationPolicy: 'Owner',
        deletionPolicy: 'Retain',
        template: {
          engineVersion: 'v2',
          metadata: { labels: { 'argocd.argoproj.io/secret-type': 'repo-creds' } },
          data: {
            type: 'helm',
            enableOCI: 'true',
            url: `${registry}/mirror/charts`,
            username: '{{ .username }}',
            password: '{{ .password }}',
          },
        },
      },
    },
  })
}
