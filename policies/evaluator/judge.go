package main

import (
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Finding is one validation that an object fails, or that cannot be evaluated on it (failurePolicy Fail).
// Validation is its index in the rule, Line where the object begins in the document.
type Finding struct {
	Document   int    `json:"document"`
	Line       int    `json:"line"`
	Rule       string `json:"rule"`
	Validation int    `json:"validation"`
	Message    string `json:"message"`
	Error      bool   `json:"error,omitempty"`
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
}

// judge runs every rule on every object whose kind it matches, on all processors, and gives the findings in the
// documents' order, within a document by object, rule and validation.
func judge(rules []*Compiled, texts iter.Seq2[[]byte, error]) ([]Finding, Done, []Problem) {
	type job struct {
		id   int
		text []byte
	}
	jobs := make(chan job, 64)
	workers := make([]*worker, runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for i := range workers {
		workers[i] = &worker{rules: rules, byKind: map[GroupKind][]*Compiled{}}
		group.Go(func() {
			for j := range jobs {
				workers[i].document(j.id, j.text)
			}
		})
	}
	var cut []Problem
	count := 0
	for text, err := range texts {
		if err != nil {
			cut = append(cut, Problem{Problem: err.Error()})
			break
		}
		jobs <- job{count, text}
		count++
	}
	close(jobs)
	group.Wait()

	done := Done{Documents: count}
	var findings []Finding
	var problems []Problem
	for _, w := range workers {
		done.Objects += w.objects
		done.Evaluations += w.evaluations
		findings = append(findings, w.findings...)
		problems = append(problems, w.problems...)
	}
	// A document is one worker's and in order there, so a stable sort by document is the whole order.
	slices.SortStableFunc(findings, func(a, b Finding) int { return a.Document - b.Document })
	slices.SortStableFunc(problems, func(a, b Problem) int { return *a.Document - *b.Document })
	return findings, done, append(problems, cut...)
}

type worker struct {
	rules       []*Compiled
	byKind      map[GroupKind][]*Compiled
	findings    []Finding
	problems    []Problem
	objects     int
	evaluations int
}

func (w *worker) document(id int, text []byte) {
	found, err := objects(text)
	if err != nil {
		w.problems = append(w.problems, Problem{Problem: err.message, Document: &id, Line: err.line})
		return
	}
	for _, object := range found {
		w.objects++
		w.object(id, object)
	}
}

func (w *worker) object(id int, object Object) {
	apiVersion, _ := object.Content["apiVersion"].(string)
	kind, _ := object.Content["kind"].(string)
	metadata, _ := object.Content["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	namespace, _ := metadata["namespace"].(string)
	group := ""
	if at := strings.IndexByte(apiVersion, '/'); at >= 0 {
		group = apiVersion[:at]
	}
	for _, rule := range w.matching(GroupKind{group, kind}) {
		violations, evaluations := rule.evaluate(object.Content)
		w.evaluations += evaluations
		for _, violation := range violations {
			w.findings = append(w.findings, Finding{
				Document: id, Line: object.Line, Rule: rule.ID, Validation: violation.validation,
				Message: violation.message, Error: violation.isError,
				APIVersion: apiVersion, Kind: kind, Namespace: namespace, Name: name,
			})
		}
	}
}

func (w *worker) matching(of GroupKind) []*Compiled {
	matching, known := w.byKind[of]
	if !known {
		for _, rule := range w.rules {
			if slices.ContainsFunc(rule.Match, func(m GroupKind) bool {
				return (m.Group == "*" || m.Group == of.Group) && (m.Kind == "*" || m.Kind == of.Kind)
			}) {
				matching = append(matching, rule)
			}
		}
		w.byKind[of] = matching
	}
	return matching
}
