package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// Node is a piece of the syntax tree. Place is where its text starts; for a
// binary operator, an index or a call it is the operator, the key or the
// opening parenthesis, which is where an error at run time is reported.
type Node interface {
	Place() Pos
}

// At gives a node its place.
type At struct{ At Pos }

// Place returns the position.
func (a At) Place() Pos { return a.At }

// Expr is an expression.
type Expr interface {
	Node
	expr()
}

// Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// Attrib is the attribute of a local variable.
type Attrib int

// The attributes of local variables (manual 3.3.7).
const (
	NoAttrib Attrib = iota
	Const
	Close
)

// Var is a local variable or parameter.
type Var struct {
	Name   string
	At     Pos
	Attrib Attrib
	// Uses counts the places that read it, Sets those that assign to it
	// after its declaration.
	Uses, Sets int
	// Captured says that an inner function refers to it.
	Captured bool

	fn     *Function
	bits   bool // meant for integers: an operand of bitwise operators, see markBits and markStart
	float  bool // starts as a float and is assigned nothing else, see markStart
	param  bool // a parameter of fn
	reg    int
	active int // its number among the function's variables in scope
}

// Block is a sequence of statements with a scope of its own.
type Block struct {
	Stmts []Stmt
	// End is the place of the token that ends the block.
	End Pos
}

// The expressions. Name has a nil Var for a global variable; an Index with
// Global set was written as a name while a local _ENV was in scope. Binary
// holds arithmetic, comparisons, `..` and the operators and/or; Operator is
// the spelling. Paren cuts multiple results to one.
type (
	// Nil is the constant nil.
	Nil struct{ At }
	// Bool is true or false.
	Bool struct {
		At
		Value bool
	}
	// Number is a numeral.
	Number struct {
		At
		Value lua.LValue
		Float bool // has the form of a float, such as 1.0

		hex bool // is hexadecimal, or what a bitwise operator yields
	}
	// String is a literal string.
	String struct {
		At
		Value string
	}
	// Vararg is the expression `...`.
	Vararg struct{ At }
	// Name is a variable.
	Name struct {
		At
		Name string
		Var  *Var
	}
	// Index is a table access.
	Index struct {
		At
		Object, Key Expr
		Global      bool
		depth       int
	}
	// Call is a function call, with Method set for `object:name()`.
	Call struct {
		At
		Func   Expr
		Method string
		Args   []Expr
		line   int // where the expression of the function starts
		depth  int
	}
	// Function is a function body; the main chunk is one, too.
	Function struct {
		At
		Name   string
		Params []*Var
		Vararg bool
		Body   *Block
		End    Pos
		parent *Function
		names  []string // the global variables it mentions
		seen   map[string]bool
		outer  []*Var // the variables of enclosing functions, in the order of their first mention
		depth  int
	}
	// Binary is an operator with two operands.
	Binary struct {
		At
		Operator    string
		Left, Right Expr
		bits        bool // an operand of a bitwise operator
		plain       bool // known to want no exact integers
		depth       int
	}
	// Unary is -, not, # or ~.
	Unary struct {
		At
		Operator string
		Operand  Expr
		depth    int
	}
	// Paren is an expression in parentheses.
	Paren struct {
		At
		Inner Expr
		depth int
	}
	// Table is a table constructor.
	Table struct {
		At
		Items []Item
		depth int
	}
	// Item is a field of a constructor; without Key it is positional.
	Item struct{ Key, Value Expr }
)

func (*Nil) expr()      {}
func (*Bool) expr()     {}
func (*Number) expr()   {}
func (*String) expr()   {}
func (*Vararg) expr()   {}
func (*Name) expr()     {}
func (*Index) expr()    {}
func (*Call) expr()     {}
func (*Function) expr() {}
func (*Binary) expr()   {}
func (*Unary) expr()    {}
func (*Paren) expr()    {}
func (*Table) expr()    {}
