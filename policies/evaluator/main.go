// Command policy-evaluator judges Kubernetes-shaped documents by rules written in CEL, in the environment in
// which the API server compiles and runs a ValidatingAdmissionPolicy (k8s.io/apiserver/pkg/cel/environment).
//
// Standard input: one line of JSON {"rules": [...]} (type Rule), then for each document its length in bytes in
// decimal, a newline, and the document itself (YAML or JSON, one or several objects). A document's id is its
// place in the input, from 0.
//
// Standard output, a line of JSON each: findings (type Finding) in the order document, object, rule, validation,
// closed by {"done": …}; or, instead of all findings, problems (type Problem) of every rule that does not compile
// or every document that cannot be read.
//
// Exit status: 0 judged, whether something was found or not; 2 problems.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Problem is why nothing could be judged. Exactly one of Rule and Document is set, neither when the input itself
// breaks off. Line and Column count from 1.
type Problem struct {
	Problem    string `json:"problem"`
	Rule       string `json:"rule,omitempty"`
	Where      string `json:"where,omitempty"`
	Expression string `json:"expression,omitempty"`
	Document   *int   `json:"document,omitempty"`
	Line       int    `json:"line,omitempty"`
	Column     int    `json:"column,omitempty"`
}

// Done closes a complete answer; its absence tells the reader that the answer was cut off. The seconds are the
// processors', until the rules were compiled and from there to the end.
type Done struct {
	Documents    int     `json:"documents"`
	Objects      int     `json:"objects"`
	Evaluations  int     `json:"evaluations"`
	LoadSeconds  float64 `json:"loadSeconds"`
	JudgeSeconds float64 `json:"judgeSeconds"`
}

func main() {
	// A short-lived process: trade memory for fewer collections.
	debug.SetGCPercent(400)
	os.Exit(run(os.Stdin, os.Stdout))
}

func run(in io.Reader, out io.Writer) int {
	reader := bufio.NewReaderSize(in, 1<<20)
	writer := bufio.NewWriterSize(out, 1<<16)
	defer writer.Flush()
	lines := json.NewEncoder(writer)
	lines.SetEscapeHTML(false)

	rules, problems := readRules(reader)
	loaded := cpuSeconds()
	if len(problems) == 0 {
		var findings []Finding
		var done Done
		findings, done, problems = judge(rules, documents(reader))
		if len(problems) == 0 {
			for _, finding := range findings {
				lines.Encode(finding)
			}
			done.LoadSeconds, done.JudgeSeconds = loaded, cpuSeconds()-loaded
			lines.Encode(map[string]Done{"done": done})
			return 0
		}
	}
	for _, problem := range problems {
		lines.Encode(problem)
	}
	return 2
}

// cpuSeconds is the user and system time that this process has taken so far.
func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func readRules(reader *bufio.Reader) ([]*Compiled, []Problem) {
	head, err := reader.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, []Problem{{Problem: fmt.Sprintf("cannot read the rules: %v", err)}}
	}
	var input struct {
		Rules []Rule `json:"rules"`
	}
	if err := json.Unmarshal(head, &input); err != nil {
		return nil, []Problem{{Problem: fmt.Sprintf("the first line is not {\"rules\": [...]}: %v", err)}}
	}
	return compile(input.Rules)
}

// documents yields each document's text. The slice is the receiver's to keep.
func documents(reader *bufio.Reader) func(yield func(text []byte, err error) bool) {
	return func(yield func([]byte, error) bool) {
		for {
			head, err := reader.ReadString('\n')
			if errors.Is(err, io.EOF) && head == "" {
				return
			}
			length, convErr := strconv.Atoi(strings.TrimSuffix(head, "\n"))
			if err != nil || convErr != nil || length < 0 {
				yield(nil, fmt.Errorf("expected a document's length, found %q", head))
				return
			}
			text := make([]byte, length)
			if _, err := io.ReadFull(reader, text); err != nil {
				yield(nil, fmt.Errorf("a document of %d bytes breaks off: %w", length, err))
				return
			}
			if !yield(text, nil) {
				return
			}
		}
	}
}
