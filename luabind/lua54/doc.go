// Package lua54 is a Lua 5.4 front end over the virtual machine of
// github.com/yuin/gopher-lua, which by itself is a Lua 5.1.
//
// [Compile] turns 5.4 source text into a prototype that the VM runs, [Open]
// prepares a VM for such prototypes, and [Runtime.PCall] is the only protected
// call that keeps 5.4's semantics (closed variables, shared upvalues, error
// texts). Numbers are lua.LNumber; an integer that a float64 cannot hold
// exactly is an [Int].
//
// The VM's own compiler is not used for code: it assigns two swapped locals
// wrongly, closes too many upvalues on goto and too few on break, and loses
// the items of long table constructors. The code generator here writes the
// instructions itself; where a plain gopher-lua program is translated
// correctly, both produce the same instructions.
package lua54
