package lua54

// helper is a function of the Runtime that compiled code calls for what the
// VM has no instruction for. The main function holds it as an upvalue of that
// name, which no script can spell.
type helper string

const (
	helperConcat  helper = "(concat)"
	helperClose   helper = "(close)"
	helperMark    helper = "(mark to close)"
	helperReturn  helper = "(close and return)"
	helperGlobal  helper = "(global)"
	helperForPrep helper = "(for)"
	helperFloor   helper = "(floor)"
)

// helperOf names the helper of an operator without instruction.
func helperOf(o op) helper { return helper("(" + events[o] + ")") }
