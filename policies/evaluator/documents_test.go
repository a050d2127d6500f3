package main

import (
	"reflect"
	"testing"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"
)

// A document is read as the tools that send it to the API server read it.
func TestReadsYAMLAsKubernetesDoes(t *testing.T) {
	text := `
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
yes: no
1: one
numbers: [1, 010, 0x1f, 1.0, 1e3, 1.5, 18446744073709551615, -3, 12345678901234567890123]
words: ["1", y, on, ~, null, '', 2026-01-02, 1:30, .5, "yes"]
block: |
  --- not a marker
  text
`
	var want map[string]any
	asJSON, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(asJSON, &want); err != nil {
		t.Fatal(err)
	}
	got, bad := objects([]byte(text))
	if bad != nil {
		t.Fatal(bad)
	}
	if len(got) != 1 || !reflect.DeepEqual(got[0].Content, want) {
		t.Errorf("got  %#v\nwant %#v", got[0].Content, want)
	}
}

func TestFindsEveryObjectOfADocumentAndItsLine(t *testing.T) {
	text := "# head\n---\napiVersion: v1\nkind: A\n--- # next\napiVersion: v1\nkind: B\n---\n\n---\n" +
		`{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "D"}]}`
	got, err := objects([]byte(text))
	if err != nil {
		t.Fatal(err.line, err)
	}
	var seen []any
	for _, object := range got {
		seen = append(seen, object.Content["kind"], object.Line)
	}
	if want := []any{"A", 2, "B", 5, "D", 10}; !reflect.DeepEqual(seen, want) {
		t.Errorf("got %v, want %v", seen, want)
	}
}

func TestSaysWhereADocumentCannotBeRead(t *testing.T) {
	for text, want := range map[string]unreadable{
		"apiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: A\nkind: B\n": {6, `key "kind" already set in map`},
		"a: [1\n": {1, "did not find expected ',' or ']'"},
		"apiVersion: v1\nkind: A\n...\napiVersion: v1\nkind: B\n": {3, "did not find expected <document start>"},
		"---\nname: x\n":                           {1, "is no object with apiVersion and kind"},
		"apiVersion: v1\nkind: 3":                  {1, "is no object with apiVersion and kind"},
		"{kind: List, apiVersion: v1, items: [1]}": {1, "an item of a List is no object with apiVersion and kind"},
	} {
		if _, err := objects([]byte(text)); err == nil {
			t.Errorf("%q is read", text)
		} else if *err != want {
			t.Errorf("%q: got %+v, want %+v", text, *err, want)
		}
	}
}
