package lua54

import (
	lua "github.com/yuin/gopher-lua"
)

// Indexer is what the value of a userdata may be to have its fields read
// without a call of its metatable's __index.
type Indexer interface {
	// Index returns the field of that key. When ok is false the __index is
	// called, which may raise an error; Index must not, and must not call Lua.
	Index(key lua.LValue) (v lua.LValue, ok bool)
}

// SetMethods says that strings have the fields of t: it is the __index of their
// metatable, and neither will be exchanged. Nil takes that back.
func (rt *Runtime) SetMethods(t *lua.LTable) { rt.methods = t }

// load does the instructions that read a field, in the plain cases.
func (rt *Runtime) load(s *state, f *frame, in uint32) bool {
	if in>>26 == uint32(lua.OP_GETGLOBAL) {
		v, ok := rawField(f.Fn.Env, f.Fn.Proto.Constants[in&maxBx])
		if ok {
			s.reg.set(registerOf(f, in), v)
		}
		return ok
	}
	object := s.reg.array[f.LocalBase+int(in&0x1ff)]
	v, ok := rt.field(object, s.operand(f, in>>9&0x1ff))
	if !ok {
		return false
	}
	a := registerOf(f, in)
	s.reg.set(a, v)
	if in>>26 == uint32(lua.OP_SELF) {
		s.reg.set(a+1, object)
	}
	return true
}

// field is object[key] in the plain cases.
func (rt *Runtime) field(object, key lua.LValue) (v lua.LValue, ok bool) {
	switch o := object.(type) {
	case *lua.LTable:
		return rawField(o, key)
	case lua.LString:
		if name, ok := key.(lua.LString); ok && rt.methods != nil {
			v = rt.methods.RawGetString(string(name))
			return v, !isNil(v)
		}
	case *lua.LUserData:
		if x, ok := o.Value.(Indexer); ok {
			return x.Index(key)
		}
	}
	return nil, false
}

// maxChain is how many tables are searched here before the VM is asked, which
// has a limit of its own.
const maxChain = 8

// rawField looks for a key in a table and in those that their metatables name.
func rawField(t *lua.LTable, key lua.LValue) (v lua.LValue, ok bool) {
	for range maxChain {
		if name, ok := key.(lua.LString); ok {
			v = t.RawGetString(string(name))
		} else {
			v = t.RawGet(key)
		}
		if !isNil(v) {
			return v, true
		}
		mt, ok := t.Metatable.(*lua.LTable)
		if !ok {
			return v, true
		}
		index := mt.RawGetString("__index")
		if t, ok = index.(*lua.LTable); !ok {
			return v, isNil(index)
		}
	}
	return nil, false
}

func isNil(v lua.LValue) bool {
	_, ok := v.(*lua.LNilType)
	return ok
}
