package lua54

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// operatorOf returns the operator that computes on numbers, if it is one.
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
// and the result is a constant that the VM keeps: neither NaN nor, without a
// float, -0.
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
		if e.Operator == "and" || e.Operator == "or" {
			return foldLogical(e)
		}
		left, right = e.Left, e.Right
		o, ok = operatorOf(e.Operator)
	}
	a, oka := unwrap(left).(*Number)
	b, okb := unwrap(right).(*Number)
	if !ok || !oka || !okb || foldsToError(o, b.Value) {
		return e
	}
	v, ok := numeric(o, a.Value, b.Value)
	floats := (a.Float || b.Float) && !o.bitwise()
	if floats && ok {
		x, _ := ToFloat(a.Value)
		y, _ := ToFloat(b.Value)
		v = lua.LNumber(floatArith(o, x, y))
	}
	if n, isPlain := v.(lua.LNumber); !ok || isPlain && (math.IsNaN(float64(n)) || !floats && n == 0 && math.Signbit(float64(n))) {
		return e
	}
	return &Number{At{e.Place()}, v, a.Float || b.Float || o == opDiv || o == opPow, a.hex || b.hex || o.bitwise()}
}

func foldsToError(o op, divisor lua.LValue) bool {
	return (o == opIDiv || o == opMod || o == opDiv) && divisor == lua.LNumber(0)
}

// foldLogical drops a constant left operand that cannot be the result. The
// parentheses keep a call to one value.
func foldLogical(e *Binary) Expr {
	truth, known := constantTruth(unwrap(e.Left))
	if known && truth == (e.Operator == "and") {
		return &Paren{e.At, e.Right, depthOf(e.Right)}
	}
	return e
}

func constantTruth(e Expr) (truth, known bool) {
	switch e := e.(type) {
	case *Nil:
		return false, true
	case *Bool:
		return e.Value, true
	case *Number, *String:
		return true, true
	}
	return false, false
}
