import { at } from '../plain.ts'
import { type DangerSign, say } from './sign.ts'

/**
 * Fields that the API server refuses to change, by kind (validation of Kubernetes 1.36: `Validate*Update` in
 * pkg/apis/<group>/validation). The sync fails and goes on failing until somebody deletes the object by hand.
 */
const immutable: Readonly<Record<string, RegExp>> = {
  Deployment: /^spec\.selector\b/,
  DaemonSet: /^spec\.selector\b/,
  ReplicaSet: /^spec\.selector\b/,
  // Of its spec only these may change.
  StatefulSet:
    /^spec\.(?!(?:replicas|ordinals|template|updateStrategy|persistentVolumeClaimRetentionPolicy|minReadySeconds|revisionHistoryLimit)\b)/,
  Job: /^spec\.(?:template|selector|completionMode|completions|podFailurePolicy|backoffLimitPerIndex|managedBy)\b/,
  RoleBinding: /^roleRef\b/,
  ClusterRoleBinding: /^roleRef\b/,
  StorageClass: /^(?:provisioner|parameters|reclaimPolicy|volumeBindingMode)\b/,
  Service: /^spec\.(?:clusterIPs?|ipFamilies\[0\])(?:$|\[)/,
  PersistentVolumeClaim: /^spec\.(?!resources\.requests\b|volumeAttributesClassName\b)/,
  PersistentVolume: /^spec\.(?:csi|hostPath|local|nfs|volumeMode)\b/,
  PriorityClass: /^(?:value|preemptionPolicy)\b/,
  RuntimeClass: /^handler\b/,
  IngressClass: /^spec\.controller\b/,
  CustomResourceDefinition: /^spec\.(?:scope|group|names\.plural)\b/,
  Secret: /^type$/,
  CSIDriver: /^spec\.(?:attachRequired|fsGroupPolicy|volumeLifecycleModes)\b/,
}

export const immutableFields: readonly DangerSign[] = [
  {
    id: 'immutable-field',
    severity: 'high',
    find({ op, id, fields, before }) {
      if (op !== 'changed') return []
      const fixed = at(before, 'immutable') === true ? /^(?:data|binaryData|immutable)\b/ : immutable[id.kind]
      return fields.flatMap(({ path, before, after }) =>
        fixed?.test(path)
          ? [
              `${path} cannot be changed (${short(before)} → ${short(after)}): the sync fails until the object is deleted and made anew`,
            ]
          : [],
      )
    },
  },
]

function short(value: unknown): string {
  const text = say(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
