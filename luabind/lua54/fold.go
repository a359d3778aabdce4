package lua54

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// operators maps spellings of binary operators that compute on numbers.
func operatorOf(s string) (op, bool) {
	switch s {
	case "+":
		return opAdd, true
	case "-":
		return opSub, true
	case "*":
		return opMul, true
	case "/":
		return opDiv, true
	case "%":
		return opMod, true
	case "^":
		return opPow, true
	case "//":
		return opIDiv, true
	case "&":
		return opBAnd, true
	case "|":
		return opBOr, true
	case "~":
		return opBXor, true
	case "<<":
		return opShl, true
	case ">>":
		return opShr, true
	}
	return 0, false
}

// fold computes an operator on numerals, as long as no error can come of it
// and the result is a constant that the VM keeps: neither NaN nor -0.
func fold(e Expr) Expr {
	var o op
	var left, right Expr
	ok := true
	switch e := e.(type) {
	case *Unary:
		left, right = e.Operand, e.Operand
		switch e.Operator {
		case "-":
			o = opUnm
		case "~":
			o = opBNot
		default:
			return e
		}
	case *Binary:
		left, right = e.Left, e.Right
		o, ok = operatorOf(e.Operator)
	}
	a, oka := left.(*Number)
	b, okb := right.(*Number)
	if !ok || !oka || !okb || foldsToError(o, b.Value) {
		return e
	}
	v, ok := numeric(o, a.Value, b.Value)
	if n, isPlain := v.(lua.LNumber); !ok || isPlain && (math.IsNaN(float64(n)) || n == 0 && math.Signbit(float64(n))) {
		return e
	}
	return &Number{At{e.Place()}, v}
}

func foldsToError(o op, divisor lua.LValue) bool {
	return (o == opIDiv || o == opMod || o == opDiv) && divisor == lua.LNumber(0)
}
