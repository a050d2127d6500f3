package main

import (
	"encoding/json"
	"log"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	podsecurity "k8s.io/pod-security-admission/admission/api/v1"
)

type schema map[string]any

// enums are the values of string types, which reflection cannot see.
var enums = map[string][]string{
	"audit/v1.Level":                         {"None", "Metadata", "Request", "RequestResponse"},
	"audit/v1.Stage":                         {"RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"},
	"config/v1.ServiceAccountTokenCacheType": {"Token", "ServiceAccount"},
}

// required are the fields that the programs' own validation demands. A Go type does not tell: some fields
// without `omitempty` have defaults.
var required = map[string][]string{
	"audit/v1.Policy":                           {"rules"},
	"audit/v1.PolicyRule":                       {"level"},
	"apiserver/v1.AdmissionConfiguration":       {"plugins"},
	"apiserver/v1.AdmissionPluginConfiguration": {"name"},
	"apiserver/v1.EncryptionConfiguration":      {"resources"},
	"apiserver/v1.ResourceConfiguration":        {"resources", "providers"},
	"apiserver/v1.Key":                          {"name", "secret"},
	"config/v1.CredentialProviderConfig":        {"providers"},
	"config/v1.CredentialProvider":              {"name", "matchImages", "defaultCacheDuration", "apiVersion"},
	"config/v1.ExecEnvVar":                      {"name", "value"},
	"config/v1.ServiceAccountTokenAttributes":   {"serviceAccountTokenAudience", "cacheType", "requireServiceAccount"},
}

// custom are the types that write their own JSON, and those that Kubernetes's API defines too.
var custom = map[string]schema{
	"meta/v1.Duration":           {"type": "string", "format": "duration"},
	"meta/v1.Time":               {"type": "string", "format": "date-time"},
	"meta/v1.ObjectMeta":         {"$ref": "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"},
	"api/resource.Quantity":      {"$ref": "io.k8s.apimachinery.pkg.api.resource.Quantity"},
	"api/resource.QuantityValue": {"$ref": "io.k8s.apimachinery.pkg.api.resource.Quantity"},
	"api/v1.TimeOrMetaDuration":  {"type": []string{"string", "integer"}},
}

// policyLevels are the Pod Security Standards, in the fields of PodSecurityDefaults that take one.
var policyLevels = schema{"type": "string", "enum": []string{"privileged", "baseline", "restricted"}}

func typeSchema(t reflect.Type) schema {
	name := typeName(t)
	if t == reflect.TypeFor[runtime.Unknown]() {
		return embedded()
	}
	if s, known := custom[name]; known {
		return s
	}
	if values, known := enums[name]; known {
		return schema{"type": "string", "enum": values}
	}
	if t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(reflect.TypeFor[json.Marshaler]()) {
		log.Fatalf("%s (%s) writes its own JSON: say in `custom` what that is", t, name)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeSchema(t.Elem())
	case reflect.Struct:
		return structSchema(t)
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": typeSchema(t.Elem())}
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return schema{"type": "string", "format": "byte"}
		}
		return schema{"type": "array", "items": typeSchema(t.Elem())}
	case reflect.String:
		return schema{"type": "string"}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Int32:
		return schema{"type": "integer", "format": "int32"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return schema{"type": "integer", "minimum": 0}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int64:
		return schema{"type": "integer", "format": "int64"}
	case reflect.Float32, reflect.Float64:
		return schema{"type": "number"}
	}
	log.Fatalf("%s (%s) has a kind without a schema: %s", t, name, t.Kind())
	return nil
}

func structSchema(t reflect.Type) schema {
	properties := schema{}
	addFields(t, properties)
	s := schema{"type": "object", "properties": properties}
	if fields := required[typeName(t)]; fields != nil {
		for _, field := range fields {
			if properties[field] == nil {
				log.Fatalf("%s has no field %s", t, field)
			}
		}
		s["required"] = fields
	}
	return s
}

func addFields(t reflect.Type, properties schema) {
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" || options == "inline" {
			addFields(field.Type, properties)
			continue
		}
		if name == "" || name == "-" || !field.IsExported() {
			continue
		}
		properties[name] = typeSchema(field.Type)
		if t == reflect.TypeFor[podsecurity.PodSecurityDefaults]() && !strings.HasSuffix(name, "-version") {
			properties[name] = policyLevels
		}
	}
}

// embedded is the configuration inside an admission plugin's entry: any object that says what it is, and a
// correct one where it is Pod Security's.
func embedded() schema {
	is := schema{"properties": schema{"apiVersion": schema{"const": podSecurityVersion}}}
	return schema{
		"type":       "object",
		"required":   []string{"apiVersion", "kind"},
		"properties": schema{"apiVersion": schema{"type": "string"}, "kind": schema{"type": "string"}},
		"if":         is,
		"then":       topLevel(podSecurityVersion, reflect.TypeFor[podsecurity.PodSecurityConfiguration]()),

		"x-kubernetes-preserve-unknown-fields": true,
	}
}

// typeName is the last two parts of the package's path, and the type: audit/v1.Policy.
func typeName(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	return strings.Join(parts[max(0, len(parts)-2):], "/") + "." + t.Name()
}
