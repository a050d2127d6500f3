package main

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/util/version"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

// Rule is what the evaluator needs of a rule. Match lists kinds; "*" stands for any group or any kind.
type Rule struct {
	ID          string       `json:"id"`
	Match       []GroupKind  `json:"match"`
	Variables   []Variable   `json:"variables"`
	Validations []Validation `json:"validations"`
}

type GroupKind struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
}

type Variable struct {
	Name string `json:"name"`
	CEL  string `json:"cel"`
}

// Validation holds where CEL gives true. MessageCEL, where it gives a string, words the finding; else Message does.
type Validation struct {
	CEL        string `json:"cel"`
	Message    string `json:"message"`
	MessageCEL string `json:"messageCel"`
}

// Compiled is a rule ready to run, from several goroutines at once.
type Compiled struct {
	Rule
	variables     []namedProgram
	variablesType *apiservercel.DeclType
	validations   []cel.Program
	messages      []cel.Program // nil where the validation has no MessageCEL
}

type namedProgram struct {
	name    string
	program cel.Program
}

// compile type-checks every expression as the API server does when a policy is created (its NewExpressions
// environment, one minor version behind the newest so that a cluster can be rolled back). Of the policy's
// variables only `object` and `variables` are declared: what a rule may read is what the pull request has, too.
func compile(rules []Rule) ([]*Compiled, []Problem) {
	base, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Extend(always(
		[]cel.EnvOption{cel.Variable("object", cel.DynType)}, nil), environment.StrictCostOpt)
	if err != nil {
		return nil, []Problem{{Problem: fmt.Sprintf("environment misconfigured: %v", err)}}
	}
	compilers := make([]*compiler, len(rules))
	next := make(chan int, len(rules))
	var group sync.WaitGroup
	for i, rule := range rules {
		compilers[i] = &compiler{compiled: &Compiled{Rule: rule}}
		next <- i
	}
	close(next)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				compilers[i].all(base)
			}
		})
	}
	group.Wait()
	var problems []Problem
	compiled := make([]*Compiled, len(rules))
	for i, c := range compilers {
		compiled[i] = c.compiled
		problems = append(problems, c.problems...)
	}
	return compiled, problems
}

// always is for options that hold whatever the compatibility version.
func always(options []cel.EnvOption, types []*apiservercel.DeclType) environment.VersionedOptions {
	return environment.VersionedOptions{IntroducedVersion: version.MajorMinor(1, 0), EnvOptions: options, DeclTypes: types}
}

type compiler struct {
	compiled *Compiled
	env      *cel.Env
	problems []Problem
}

func (c *compiler) all(base *environment.EnvSet) {
	rule := c.compiled
	fields := map[string]*apiservercel.DeclField{}
	rule.variablesType = apiservercel.NewObjectType("kubernetes.variables", fields)
	set, err := base.Extend(always(
		[]cel.EnvOption{cel.Variable("variables", rule.variablesType.CelType())},
		[]*apiservercel.DeclType{rule.variablesType}))
	if err != nil {
		c.problems = append(c.problems, Problem{Rule: rule.ID, Problem: fmt.Sprintf("environment misconfigured: %v", err)})
		return
	}
	c.env = set.NewExpressionsEnv()
	for _, variable := range rule.Variables {
		program, output := c.expression("variables."+variable.Name, variable.CEL, nil)
		// Each variable sees those before it, under the type that they were found to have.
		fields[variable.Name] = apiservercel.NewDeclField(variable.Name, declType(output), true, nil, nil)
		rule.variables = append(rule.variables, namedProgram{variable.Name, program})
	}
	for i, validation := range rule.Validations {
		program, _ := c.expression(fmt.Sprintf("validations[%d].cel", i), validation.CEL, cel.BoolType)
		rule.validations = append(rule.validations, program)
		var message cel.Program
		if validation.MessageCEL != "" {
			message, _ = c.expression(fmt.Sprintf("validations[%d].messageCel", i), validation.MessageCEL, cel.StringType)
		}
		rule.messages = append(rule.messages, message)
	}
}

// expression compiles one expression. want is the type it must have, nil for any.
func (c *compiler) expression(where, text string, want *cel.Type) (cel.Program, *cel.Type) {
	refuse := func(line, column int, problem string) {
		c.problems = append(c.problems, Problem{
			Problem: problem, Rule: c.compiled.ID, Where: where, Expression: text, Line: line, Column: column,
		})
	}
	ast, issues := c.env.Compile(text)
	if issues.Err() != nil {
		for _, issue := range issues.Errors() {
			refuse(issue.Location.Line(), issue.Location.Column()+1, issue.Message)
		}
		return nil, nil
	}
	if want != nil && !ast.OutputType().IsExactType(want) {
		refuse(1, 1, fmt.Sprintf("must evaluate to %v but got %v", want, ast.OutputType()))
		return nil, nil
	}
	program, err := c.env.Program(ast, cel.InterruptCheckFrequency(celconfig.CheckFrequency))
	if err != nil {
		refuse(1, 1, fmt.Sprintf("cannot be made into a program: %v", err))
		return nil, nil
	}
	return program, ast.OutputType()
}
