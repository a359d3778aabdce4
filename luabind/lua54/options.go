package lua54

// Options say how a chunk is compiled. The zero value compiles plain Lua 5.4.
type Options struct {
	// TrapGlobalAssign makes every assignment to a global variable inside a
	// function body (not at the top level of the chunk) call
	// Runtime.OnGlobalAssign first. Reading globals is not affected.
	TrapGlobalAssign bool
}
