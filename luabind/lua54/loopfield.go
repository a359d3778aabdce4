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

// global does OP_GETGLOBAL in the plain cases.
func (s *state) global(f *frame, in uint32) bool {
	v, ok := rawField(f.Fn.Env, f.Fn.Proto.Constants[in&maxBx])
	if ok {
		s.reg.set(registerOf(f, in), v)
	}
	return ok
}

// load does the instructions that read a field, in the plain cases.
func (rt *Runtime) load(s *state, f *frame, in uint32) (ok bool) {
	if in>>26 == uint32(lua.OP_GETGLOBAL) {
		return s.global(f, in)
	}
	object := s.reg.array[f.LocalBase+int(in&0x1ff)]
	key := s.operand(f, in>>9&0x1ff)
	var v lua.LValue
	if t, isTable := object.(*lua.LTable); isTable {
		v, ok = rawField(t, key)
	} else {
		v, ok = rt.field(object, key)
	}
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

// store does OP_SETTABLE and OP_SETTABLEKS in the plain cases: the field is in the
// table already, or the table has no metatable and the key is a name or the next
// one of the array.
func (s *state) store(f *frame, in uint32) bool {
	t, ok := s.reg.array[registerOf(f, in)].(*lua.LTable)
	v := s.operand(f, in>>9&0x1ff)
	if !ok || isNil(v) {
		return false
	}
	fields := fieldsOf(t)
	switch key := s.operand(f, in&0x1ff).(type) {
	case lua.LString:
		if _, ok := fields.strdict[string(key)]; ok {
			fields.strdict[string(key)] = v
			return true
		}
		if isNil(t.Metatable) {
			t.RawSetString(string(key), v)
			return true
		}
	case lua.LNumber:
		i, ok := fields.at(key)
		if ok && !isNil(fields.array[i]) {
			fields.array[i] = v
			return true
		}
		if i == len(fields.array) && lua.LNumber(i+1) == key && isNil(t.Metatable) {
			t.RawSet(key, v)
			return true
		}
	}
	return false
}

// field is object[key] in the plain cases, for what is no table.
func (rt *Runtime) field(object, key lua.LValue) (v lua.LValue, ok bool) {
	switch o := object.(type) {
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
		if v = fieldsOf(t).get(t, key); !isNil(v) {
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
