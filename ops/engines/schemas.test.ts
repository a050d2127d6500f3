import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parse } from 'yaml'
import { customResources } from './sources.ts'

const folder = join(import.meta.dirname, '../../.cache/schemas/current')
const index: string[] = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))

test('every kind that the fleet renders has a schema', (t) => {
  const kinds = [
    'v1/Namespace',
    'apps/v1/Deployment',
    'autoscaling/v2/HorizontalPodAutoscaler',
    'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy',
    'argoproj.io/v1alpha1/Application',
    'argoproj.io/v1alpha1/AppProject',
    'cert-manager.io/v1/Certificate',
    'cert-manager.io/v1/CertificateRequest',
    'cert-manager.io/v1/ClusterIssuer',
    'cert-manager.io/v1/Issuer',
    'external-secrets.io/v1/ClusterExternalSecret',
    'external-secrets.io/v1/ClusterSecretStore',
    'external-secrets.io/v1/ExternalSecret',
    'external-secrets.io/v1/SecretStore',
    'external-secrets.io/v1alpha1/PushSecret',
    'helm.cattle.io/v1/HelmChart',
    'helm.cattle.io/v1/HelmChartConfig',
    'k3s.cattle.io/v1/Addon',
    'upgrade.cattle.io/v1/Plan',
    'apiserver.config.k8s.io/v1/AdmissionConfiguration',
    'audit.k8s.io/v1/Policy',
    'kubelet.config.k8s.io/v1/CredentialProviderConfig',
    'kubelet.config.k8s.io/v1beta1/KubeletConfiguration',
    'pod-security.admission.config.k8s.io/v1/PodSecurityConfiguration',
  ]
  t.deepEqual(
    kinds.filter((kind) => !index.includes(kind)),
    [],
  )
})

test('every kind of the index has its file, and no two share one', (t) => {
  const files = index.map((kind) => {
    const parts = kind.split('/')
    const [group = '', version = ''] = parts.length === 3 ? parts : [parts[0], parts[0]]
    return `${group}/${parts.at(-1)?.toLowerCase()}_${version}.json`
  })
  t.deepEqual(
    files.filter((file) => !existsSync(join(folder, file))),
    [],
  )
  t.is(new Set(files).size, index.length)
})

test('no schema leaves an object with named properties open, unless its source says so', (t) => {
  const open: string[] = []
  for (const file of ['apps/deployment_v1.json', 'v1/pod_v1.json', 'cert-manager.io/certificate_v1.json']) {
    JSON.parse(readFileSync(join(folder, file), 'utf8'), (_key, value) => {
      if (value?.type === 'object' && value.properties && value.additionalProperties !== false)
        open.push(file)
      return value
    })
  }
  t.deepEqual(open, [])
})

test('the custom resource definitions lie beside the schemas, without references', (t) => {
  const files = readdirSync(join(folder, 'crds'))
  t.is(files.length, customResources.flatMap(({ crds }) => crds).length + 1)
  for (const file of files) {
    const text = readFileSync(join(folder, 'crds', file), 'utf8')
    t.notRegex(text, /^\s*(- )?\$ref:/m, file)
  }
  const plan = parse(readFileSync(join(folder, 'crds/plans.upgrade.cattle.io.yaml'), 'utf8'))
  const { spec } = plan.spec.versions[0].schema.openAPIV3Schema.properties
  t.is(spec.properties.upgrade.properties.securityContext.properties.runAsNonRoot.type, 'boolean')
})

test('every custom resource definition is a good object itself', (t) => {
  const location = join(folder, '{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json')
  const args = ['-strict', '-summary', '-schema-location', location, join(folder, 'crds')]
  const kubeconform = join(import.meta.dirname, '../../.cache/bin/kubeconform')
  const { status, stdout } = spawnSync(kubeconform, args, { encoding: 'utf8' })
  t.is(status, 0, stdout)
  const files = readdirSync(join(folder, 'crds')).length
  t.true(files >= 17)
  t.regex(stdout, new RegExp(`Valid: ${files}, Invalid: 0, Errors: 0, Skipped: 0`))
})
