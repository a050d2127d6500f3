package main

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types/traits"
	apiservercel "k8s.io/apiserver/pkg/cel"
)

var scalars = map[*cel.Type]*apiservercel.DeclType{
	cel.AnyType:       apiservercel.AnyType,
	cel.BoolType:      apiservercel.BoolType,
	cel.BytesType:     apiservercel.BytesType,
	cel.DoubleType:    apiservercel.DoubleType,
	cel.DurationType:  apiservercel.DurationType,
	cel.IntType:       apiservercel.IntType,
	cel.NullType:      apiservercel.NullType,
	cel.StringType:    apiservercel.StringType,
	cel.TimestampType: apiservercel.TimestampType,
	cel.UintType:      apiservercel.UintType,
}

// declType gives the declared type of a rule's variable from the type of its expression, the way
// k8s.io/apiserver/pkg/admission/plugin/cel does: scalars, lists and maps keep theirs, all else is dynamic.
func declType(output *cel.Type) *apiservercel.DeclType {
	if output == nil {
		return apiservercel.DynType
	}
	if scalar, ok := scalars[output]; ok {
		return scalar
	}
	if output.HasTrait(traits.ContainerType) && output.HasTrait(traits.IndexerType) {
		switch of := output.Parameters(); len(of) {
		case 1:
			return apiservercel.NewListType(declType(of[0]), -1)
		case 2:
			return apiservercel.NewMapType(declType(of[0]), declType(of[1]), -1)
		}
	}
	return apiservercel.DynType
}
