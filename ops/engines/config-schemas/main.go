// Command config-schemas prints JSON schemas of the configuration files that Kubernetes's programs read
// but its API server does not serve, made from the Go types that those programs decode them into.
//
// Output: one JSON object, "<group>/<version>/<Kind>" to schema. A `$ref` names a definition of
// Kubernetes's own API (api/openapi-spec/swagger.json).
package main

import (
	"encoding/json"
	"log"
	"os"
	"reflect"

	apiserver "k8s.io/apiserver/pkg/apis/apiserver/v1"
	audit "k8s.io/apiserver/pkg/apis/audit/v1"
	credentials "k8s.io/kubelet/config/v1"
	kubelet "k8s.io/kubelet/config/v1beta1"
	podsecurity "k8s.io/pod-security-admission/admission/api/v1"
)

const podSecurityVersion = "pod-security.admission.config.k8s.io/v1"

var files = []struct {
	version string
	object  any
}{
	{"apiserver.config.k8s.io/v1", apiserver.AdmissionConfiguration{}},
	{"apiserver.config.k8s.io/v1", apiserver.AuthenticationConfiguration{}},
	{"apiserver.config.k8s.io/v1", apiserver.EncryptionConfiguration{}},
	{"audit.k8s.io/v1", audit.Policy{}},
	{"kubelet.config.k8s.io/v1", credentials.CredentialProviderConfig{}},
	{"kubelet.config.k8s.io/v1beta1", kubelet.KubeletConfiguration{}},
	{podSecurityVersion, podsecurity.PodSecurityConfiguration{}},
}

func main() {
	log.SetFlags(0)
	schemas := map[string]schema{}
	for _, file := range files {
		t := reflect.TypeOf(file.object)
		schemas[file.version+"/"+t.Name()] = topLevel(file.version, t)
	}
	if err := json.NewEncoder(os.Stdout).Encode(schemas); err != nil {
		log.Fatal(err)
	}
}

// topLevel is the schema of a whole file: its apiVersion and kind are fixed and required.
func topLevel(version string, t reflect.Type) schema {
	s := structSchema(t)
	properties := s["properties"].(schema)
	properties["apiVersion"] = schema{"type": "string", "enum": []string{version}}
	properties["kind"] = schema{"type": "string", "enum": []string{t.Name()}}
	required, _ := s["required"].([]string)
	s["required"] = append([]string{"apiVersion", "kind"}, required...)
	return s
}
