package main

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/interpreter"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/lazy"
)

type violation struct {
	validation int
	message    string
	isError    bool
}

// evaluate runs the rule's validations on an object, within the cost budget that admission grants one policy
// (celconfig.RuntimeCELCostBudget). An expression that ends in an error is a violation, as under failurePolicy
// Fail; once the budget is spent, the rest of the rule is one violation.
func (c *Compiled) evaluate(object map[string]any) (violations []violation, evaluations int) {
	run := &execution{rule: c, object: object, budget: celconfig.RuntimeCELCostBudget}
	run.variables = run.lazyVariables()
	for i, program := range c.validations {
		evaluations++
		value, err := run.eval(program)
		switch {
		case run.budget < 0:
			return append(violations, violation{i, "validation failed due to running out of cost budget, no further validation rules will be run", true}), evaluations
		case err != nil:
			violations = append(violations, violation{i, fmt.Sprintf("cannot be evaluated: %v", err), true})
		case value != types.True:
			violations = append(violations, violation{i, run.message(i), false})
		}
	}
	return violations, evaluations
}

// execution is one rule on one object; the expressions' only view of the world.
type execution struct {
	rule      *Compiled
	object    map[string]any
	variables ref.Val
	budget    int64
}

func (e *execution) ResolveName(name string) (any, bool) {
	switch name {
	case "object":
		return e.object, true
	case "variables":
		return e.variables, true
	default:
		return nil, false
	}
}

func (e *execution) Parent() interpreter.Activation { return nil }

func (e *execution) eval(program cel.Program) (ref.Val, error) {
	value, details, err := program.ContextEval(context.Background(), e)
	if details == nil || details.ActualCost() == nil {
		e.budget = -1
		return nil, fmt.Errorf("its cost could not be calculated: %w", err)
	}
	if cost := *details.ActualCost(); cost > math.MaxInt64 || int64(cost) > e.budget {
		e.budget = -1
	} else {
		e.budget -= int64(cost)
	}
	return value, err
}

// lazyVariables are evaluated when first read, once for all validations.
func (e *execution) lazyVariables() ref.Val {
	values := lazy.NewMapValue(e.rule.variablesType)
	for _, variable := range e.rule.variables {
		values.Append(variable.name, func(*lazy.MapValue) ref.Val {
			value, err := e.eval(variable.program)
			if err != nil {
				return types.NewErr("composited variable %q fails to evaluate: %v", variable.name, err)
			}
			return value
		})
	}
	return values
}

// message words a violation by the rules of messageExpression: what is empty, too long or has several lines
// gives way to the fixed message.
func (e *execution) message(i int) string {
	fixed := strings.TrimSpace(e.rule.Validations[i].Message)
	if e.rule.messages[i] == nil {
		return fixed
	}
	value, err := e.eval(e.rule.messages[i])
	if err != nil {
		return fixed
	}
	text, ok := value.Value().(string)
	text = strings.TrimSpace(text)
	if !ok || text == "" || len(text) > celconfig.MaxEvaluatedMessageExpressionSizeBytes || strings.Contains(text, "\n") {
		return fixed
	}
	return text
}
