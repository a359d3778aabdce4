package lua54

// Label is the target of goto statements.
type Label struct {
	Name string
	At   Pos

	block   *Block
	active  int  // variables in scope at the label
	atEnd   bool // nothing but labels and semicolons follow in the block
	pc      int
	level   int // the first register above the variables in scope
	placed  bool
	pending []int // jumps that wait for the label's place
}

// The statements.
type (
	// Local declares variables.
	Local struct {
		At
		Vars  []*Var
		Exprs []Expr
	}
	// Assign assigns to variables and fields.
	Assign struct {
		At
		Targets, Exprs []Expr
	}
	// CallStmt is a call whose results are dropped.
	CallStmt struct {
		At
		Call *Call
	}
	// Do is a block.
	Do struct {
		At
		Body *Block
	}
	// While is a loop with its condition first.
	While struct {
		At
		Cond Expr
		Body *Block
	}
	// Repeat is a loop with its condition last; it sees the body's locals.
	Repeat struct {
		At
		Body *Block
		Cond Expr
	}
	// If has a block for each condition, and Else when there is one.
	If struct {
		At
		Conds []Expr
		Thens []*Block
		Else  *Block
	}
	// NumericFor counts; Step may be nil.
	NumericFor struct {
		At
		Var               *Var
		Init, Limit, Step Expr
		Body              *Block
		do                int // the line of that keyword
	}
	// GenericFor calls an iterator.
	GenericFor struct {
		At
		Vars  []*Var
		Exprs []Expr
		Body  *Block
	}
	// LocalFunction declares a local function that sees itself.
	LocalFunction struct {
		At
		Var  *Var
		Func *Function
	}
	// Return ends the function.
	Return struct {
		At
		Exprs []Expr
	}
	// Break leaves the innermost loop.
	Break struct{ At }
	// Goto jumps to a label.
	Goto struct {
		At
		Label *Label
	}
	// LabelStmt is the place of one or more labels.
	LabelStmt struct {
		At
		Labels []*Label
	}
)

func (*Local) stmt()         {}
func (*Assign) stmt()        {}
func (*CallStmt) stmt()      {}
func (*Do) stmt()            {}
func (*While) stmt()         {}
func (*Repeat) stmt()        {}
func (*If) stmt()            {}
func (*NumericFor) stmt()    {}
func (*GenericFor) stmt()    {}
func (*LocalFunction) stmt() {}
func (*Return) stmt()        {}
func (*Break) stmt()         {}
func (*Goto) stmt()          {}
func (*LabelStmt) stmt()     {}
