package main

import (
	"context"
	"strings"
	"testing"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	plugin "k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

// What the API server's own admission plugin makes of an expression is what this evaluator makes of it.
func TestAgreesWithTheAdmissionPlugin(t *testing.T) {
	object := map[string]any{
		"apiVersion": "v1", "kind": "Pod",
		"metadata": map[string]any{"name": "app", "labels": map[string]any{"tier": "edge"}},
		"spec": map[string]any{
			"replicas": int64(3), "ratio": 0.5, "memory": "128Mi", "cidr": "10.0.0.0/8", "ip": "10.1.2.3",
			"url": "https://a.example:8443/x?y=z", "version": "1.36.3", "empty": nil, "since": "2026-01-02T03:04:05Z",
			"ports": []any{int64(80), int64(443)}, "names": []any{"b", "a", "c"},
		},
	}
	variables := []Variable{
		{"spec", "object.spec"},
		{"count", "variables.spec.ports.size()"},
		{"broken", "object.spec.nothing.here"},
	}
	for _, expression := range []string{
		// Plain, dynamic, absent, null.
		"true", "false", "object.spec.replicas == 3", "object.spec.replicas > 2.5", "object.spec.ratio == 0.5",
		"object.spec.missing == 1", "has(object.spec.missing)", "has(object.spec.empty)", "object.spec.empty == null",
		"object.spec.?missing.orValue(7) == 7", "object.?spec.?a.?b.hasValue()", "object.spec['replicas'] == 3",
		"object.spec.ports[9] == 1", "object.spec.replicas / 0 == 1", "object.spec.replicas == 'x'",
		// Variables: lazy, typed, failing only where they are read.
		"variables.count == 2", "variables.spec.replicas == 3", "variables.count == 'x'", "variables.broken == 1",
		"true || variables.broken == 1", "variables.missing == 1",
		// Every library of the environment.
		"quantity(object.spec.memory).isGreaterThan(quantity('64Mi'))", "quantity('1 GB').asInteger() == 1",
		"cidr(object.spec.cidr).containsIP(object.spec.ip)", "ip(object.spec.ip).family() == 4", "isIP('x')",
		"url(object.spec.url).getPort() == '8443'", "isURL(object.spec.url)",
		"semver(object.spec.version).isLessThan(semver('1.37.0'))", "format.dns1123Label().validate('A').hasValue()",
		"sets.contains(object.spec.names, ['a'])", "object.spec.names.isSorted()", "object.spec.ports.sum() == 523",
		"object.spec.names.sort()[0] == 'a'", "object.spec.ports.all(i, p, p > i)", "'a,b'.split(',').size() == 2",
		"'abc'.find('b') == 'b'", "'a-b'.replace('-', '_') == 'a_b'", "'%s'.format([object.kind]) == 'Pod'",
		"'x'.matches('(?i)X')", "'aaaa'.matches('(a+)+$')", "timestamp(object.spec.since).getFullYear() == 2026",
		"duration('24h') > duration('1h')", "object.spec.names.exists_one(n, n == 'a')", "'abc'.charAt(1) == 'b'",
		// Refused when a policy is created.
		"1", "object.spec", "object.spec.replicas +", "unknown == 1", "'a' == 1", "[1, 'a'].size() == 2",
		"'x'.matches('(')", "duration('1 parsec') > duration('1s')", "'a'.reverse() == 'a'",
		// Dearer than one expression may be.
		"object.spec.names.all(a, " + strings.Repeat("object.spec.names.all(b, ", 12) + "true" + strings.Repeat(")", 13),
	} {
		wantCompiles, want := byPlugin(t, object, variables[:], expression)
		rules, problems := compile([]Rule{{ID: "parity", Variables: variables, Validations: []Validation{{CEL: expression, Message: "fixed"}}}})
		if gotCompiles := len(problems) == 0; gotCompiles != wantCompiles {
			t.Errorf("%s: compiles %v here, %v there (%v)", expression, gotCompiles, wantCompiles, problems)
			continue
		}
		if !wantCompiles {
			continue
		}
		got := "holds"
		if violations, _ := rules[0].evaluate(object); len(violations) > 0 {
			got = map[bool]string{true: "error", false: "violated"}[violations[0].isError]
		}
		if got != want {
			t.Errorf("%s: %s here, %s there", expression, got, want)
		}
	}
}

// byPlugin says whether the expression compiles there, and if so whether it holds, is violated or ends in an error.
func byPlugin(t *testing.T, object map[string]any, variables []Variable, expression string) (bool, string) {
	t.Helper()
	compiler, err := plugin.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if err != nil {
		t.Fatal(err)
	}
	for _, variable := range variables {
		compiler.CompileAndStoreVariable(accessor{variable.Name, variable.CEL, cel.AnyType}, plugin.OptionalVariableDeclarations{}, environment.NewExpressions)
	}
	tested := accessor{"", expression, cel.BoolType}
	if compiler.CompileCELExpression(tested, plugin.OptionalVariableDeclarations{}, environment.NewExpressions).Error != nil {
		return false, ""
	}
	condition := compiler.CompileCondition([]plugin.ExpressionAccessor{tested}, plugin.OptionalVariableDeclarations{}, environment.NewExpressions)
	pod := &unstructured.Unstructured{Object: object}
	kind := schema.GroupVersionKind{Version: "v1", Kind: "Pod"}
	attributes := admission.NewAttributesRecord(pod, nil, kind, "", "app", schema.GroupVersionResource{Version: "v1", Resource: "pods"}, "", admission.Create, nil, false, nil)
	versioned := &admission.VersionedAttributes{Attributes: attributes, VersionedObject: pod, VersionedKind: kind}
	results, _, err := condition.ForInput(context.Background(), versioned, nil, plugin.OptionalVariableBindings{}, nil, celconfig.RuntimeCELCostBudget)
	switch {
	case err != nil || results[0].Error != nil:
		return true, "error"
	case results[0].EvalResult == types.True:
		return true, "holds"
	default:
		return true, "violated"
	}
}

type accessor struct {
	name, expression string
	returns          *cel.Type
}

func (a accessor) GetName() string          { return a.name }
func (a accessor) GetExpression() string    { return a.expression }
func (a accessor) ReturnTypes() []*cel.Type { return []*cel.Type{a.returns} }
