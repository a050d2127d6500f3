import { type InstalledFile, strict } from './install.ts'

/**
 * From a blank cluster to one that follows git: the repository's credential (out of the secret manager, straight
 * into the cluster, onto no disk), the root Application, and then K3s's hand off Argo CD.
 */
const script = `${strict}. /etc/meridian/node.env
export AWS_CONFIG_FILE=/etc/meridian/aws.conf
kubectl() { k3s kubectl "$@"; }
secret() { aws secretsmanager get-secret-value --secret-id "sites/$CLUSTER/$1" --query SecretString --output text; }

# The others join by the token that pins this cluster's CA.
if [[ "$FIRST" == yes ]] && ! secret node/join-token > /dev/null 2>&1; then
  aws secretsmanager put-secret-value --secret-id "sites/$CLUSTER/node/join-token" \\
    --secret-string file:///var/lib/rancher/k3s/server/token > /dev/null
fi

until kubectl wait --for=condition=Established --timeout=60s \\
  crd/applications.argoproj.io crd/appprojects.argoproj.io; do
  sleep 5
done
until kubectl --namespace=argocd get appproject root > /dev/null; do sleep 5; done

# Once only: from the first sync on, External Secrets keeps the credential and Argo CD what the root leads to.
if ! kubectl --namespace=argocd get secret repository > /dev/null 2>&1; then
  secret platform/repository | jq --exit-status --arg url "$REPOSITORY" '{
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "repository",
      namespace: "argocd",
      labels: { "argocd.argoproj.io/secret-type": "repository" }
    },
    type: "Opaque",
    stringData: (. + { type: "git", url: $url })
  }' | kubectl create --filename=-
fi
if ! kubectl --namespace=argocd get application root > /dev/null 2>&1; then
  kubectl create --filename=/etc/meridian/root-application.yaml
fi

until [[ "$(kubectl --namespace=argocd get application argocd \\
  --output=jsonpath='{.status.sync.status} {.status.health.status}' 2> /dev/null)" == 'Synced Healthy' ]]; do
  sleep 10
done
kubectl --namespace=kube-system annotate --overwrite helmcharts.helm.cattle.io/argocd \\
  helmcharts.helm.cattle.io/unmanaged=true
touch /var/lib/rancher/k3s/server/manifests/meridian-argocd.yaml.skip \\
  /var/lib/rancher/k3s/server/manifests/meridian-root-project.yaml.skip \\
  /var/lib/rancher/meridian/gitops-done
`

const unit = `[Unit]
Description=First sync: the repository's credential and the root Application
After=k3s.service
ConditionPathExists=!/var/lib/rancher/meridian/gitops-done

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/meridian-gitops
TimeoutStartSec=1h
Restart=on-failure
RestartSec=15s

[Install]
WantedBy=multi-user.target
`

export const gitops: readonly InstalledFile[] = [
  { path: 'bin/meridian-gitops', target: '/usr/local/sbin/meridian-gitops', mode: '0755', content: script },
  {
    path: 'systemd/meridian-gitops.service',
    target: '/etc/systemd/system/meridian-gitops.service',
    mode: '0644',
    content: unit,
  },
]
