import { defineRule } from '../../rule.ts'
import { resource } from './views.examples.ts'

const model = (changes: object = {}) =>
  resource('sagemaker.aws/Model', {
    vpcConfig: { subnets: ['a'], securityGroupIds: ['b'] },
    primaryContainer: { modelDataUrl: 's3://meridian-models-eu-west-1/vision/sha256-aa/model.tar.gz' },
    ...changes,
  })
const variant = { variantName: 'one', initialInstanceCount: 1 }

export default defineRule({
  id: 'models-isolated',
  title: 'Models run in our network or in none, and take their file from our bucket',
  why: 'A model is code from far away: it must not call out, and be no other than the reviewed one.',
  mend: 'Set enableNetworkIsolation or a vpcConfig, and a modelDataUrl in a models bucket of ours.',
  controls: ['PCI DSS 1.3.2', 'SOC 2 CC6.6', 'ISO 27001 A.8.22', 'GDPR 32(1)(b)'],
  scope: 'cloud',
  match: { kinds: ['sagemaker.aws/Model', 'sagemaker.aws/EndpointConfiguration'] },
  validations: [
    {
      cel: `object.kind != 'Model' || object.spec.?enableNetworkIsolation.orValue(false) == true || object.spec.?vpcConfig.?subnets.orValue([]).size() > 0`,
      message: 'the model may call anywhere: neither isolation nor a network of ours',
    },
    {
      cel: `object.kind != 'EndpointConfiguration' || !has(object.spec.dataCaptureConfig) || object.spec.dataCaptureConfig.?enableCapture.orValue(false) == false ||
object.spec.dataCaptureConfig.?kmsKeyId.orValue('') != ''`,
      message: 'what users send is captured without encryption',
    },
  ],
  pass: [
    model(),
    model({ vpcConfig: undefined, enableNetworkIsolation: true }),
    resource('sagemaker.aws/EndpointConfiguration', { productionVariants: [variant] }),
  ],
  fail: [
    model({ vpcConfig: undefined }),
    resource('sagemaker.aws/EndpointConfiguration', { dataCaptureConfig: { enableCapture: true } }),
  ],
  mutations: [
    {
      on: 'sagemaker.aws/Model',
      change: [
        { path: '/spec/enableNetworkIsolation', value: false },
        { path: '/spec/vpcConfig', value: {} },
      ],
    },
    {
      on: 'sagemaker.aws/EndpointConfiguration',
      change: [{ path: '/spec/dataCaptureConfig', value: { enableCapture: true } }],
    },
  ],
})
