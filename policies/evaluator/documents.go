package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v2"
	"k8s.io/apimachinery/pkg/util/json"
)

// Object is one Kubernetes-shaped object of a document and the line (from 1) at which its part of it begins.
type Object struct {
	Line    int
	Content map[string]any
}

// unreadable says what is wrong with a document and where.
type unreadable struct {
	line    int
	message string
}

func (u *unreadable) Error() string { return u.message }

// objects reads a document's objects as the API server would be sent them: YAML by the rules of
// sigs.k8s.io/yaml (1.1 scalars, string keys, whole numbers as integers), duplicate keys refused, the items of a
// core List each for itself. Parts that are empty or only comments are left out.
func objects(text []byte) ([]Object, *unreadable) {
	var all []Object
	for _, part := range split(text) {
		contents, err := decode(part.text)
		if err != nil {
			return nil, located(part.line, err)
		}
		for _, content := range contents {
			found, err := expand(content)
			if err != nil {
				return nil, &unreadable{part.line, err.Error()}
			}
			for _, object := range found {
				all = append(all, Object{part.line, object})
			}
		}
	}
	return all, nil
}

type part struct {
	line int
	text []byte
}

// split cuts at lines that begin with the marker `---`, so that each object's line is known. The marker stays in
// its part: the YAML parser reads what may follow it.
func split(text []byte) []part {
	var parts []part
	start, startLine, line := 0, 1, 1
	for at := 0; at < len(text); line++ {
		if at > start && isMarker(text[at:]) {
			parts = append(parts, part{startLine, text[start:at]})
			start, startLine = at, line
		}
		next := bytes.IndexByte(text[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	return append(parts, part{startLine, text[start:]})
}

func isMarker(rest []byte) bool {
	return bytes.HasPrefix(rest, []byte("---")) && (len(rest) == 3 || bytes.IndexByte([]byte(" \t\r\n"), rest[3]) >= 0)
}

func decode(text []byte) ([]any, error) {
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && trimmed[0] == '{' {
		var object map[string]any
		// What begins like JSON and is none may still be YAML in flow style.
		if err := json.Unmarshal(trimmed, &object); err == nil {
			return []any{object}, nil
		}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.SetStrict(true)
	var all []any
	for {
		var value any
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if value == nil {
			continue
		}
		plain, err := jsonable(value)
		if err != nil {
			return nil, err
		}
		all = append(all, plain)
	}
}

// jsonable turns what the YAML parser gives into what decoding the same object from JSON gives.
func jsonable(value any) (any, error) {
	switch v := value.(type) {
	case map[any]any:
		object := make(map[string]any, len(v))
		for key, inner := range v {
			name, err := keyName(key)
			if err != nil {
				return nil, err
			}
			if object[name], err = jsonable(inner); err != nil {
				return nil, err
			}
		}
		return object, nil
	case []any:
		for i, inner := range v {
			plain, err := jsonable(inner)
			if err != nil {
				return nil, err
			}
			v[i] = plain
		}
		return v, nil
	case int:
		return int64(v), nil
	case uint64:
		return float64(v), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%v is no number in JSON", v)
		}
		if v == math.Trunc(v) && math.Abs(v) < 1<<63 {
			return int64(v), nil
		}
		return v, nil
	default:
		return v, nil
	}
}

func keyName(key any) (string, error) {
	switch k := key.(type) {
	case string:
		return k, nil
	case int:
		return strconv.Itoa(k), nil
	case int64:
		return strconv.FormatInt(k, 10), nil
	case bool:
		return strconv.FormatBool(k), nil
	default:
		return "", fmt.Errorf("%v is no key of an object", key)
	}
}

func expand(value any) ([]map[string]any, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("is no object with apiVersion and kind")
	}
	kind, _ := object["kind"].(string)
	apiVersion, _ := object["apiVersion"].(string)
	if kind == "" || apiVersion == "" {
		return nil, fmt.Errorf("is no object with apiVersion and kind")
	}
	if kind != "List" || apiVersion != "v1" {
		return []map[string]any{object}, nil
	}
	items, _ := object["items"].([]any)
	var all []map[string]any
	for _, item := range items {
		inner, err := expand(item)
		if err != nil {
			return nil, fmt.Errorf("an item of a List %w", err)
		}
		all = append(all, inner...)
	}
	return all, nil
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// located moves the line that the parser names, counted within the part, to the document's own count.
func located(startLine int, err error) *unreadable {
	message := err.Error()
	at := yamlLine.FindStringSubmatchIndex(message)
	if at == nil {
		return &unreadable{startLine, message}
	}
	line, _ := strconv.Atoi(message[at[2]:at[3]])
	return &unreadable{startLine + line - 1, message[at[1]:]}
}
