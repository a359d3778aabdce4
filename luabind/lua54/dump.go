package lua54

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// dumpsKey is the registry field of a VM's Dumps.
const dumpsKey = "lua54.Dumps"

// dumpHeader is how a binary chunk of PUC Lua 5.4 begins: signature, version,
// format, what a faulty transfer would damage, sizes, an integer and a float.
var dumpHeader = func() string {
	b := []byte("\x1bLua\x54\x00\x19\x93\r\n\x1a\n\x04\x08\x08")
	b = binary.LittleEndian.AppendUint64(b, 0x5678)
	return string(binary.LittleEndian.AppendUint64(b, math.Float64bits(370.5)))
}()

// Dumps are the functions that string.dump has been given. A binary chunk only
// names one of them: code that comes as bytes could do anything to the VM. So a
// chunk can be loaded by the VM that made it, and by no other.
type Dumps struct {
	protos []*lua.FunctionProto
}

// OpenDumps lets the VM make and load binary chunks.
func OpenDumps(L *lua.LState) *Dumps {
	d := &Dumps{}
	L.G.Registry.RawSetString(dumpsKey, &lua.LUserData{Value: d, Metatable: lua.LNil})
	return d
}

// DumpsOf returns the Dumps of the VM, nil without OpenDumps.
func DumpsOf(L *lua.LState) *Dumps {
	ud, ok := L.G.Registry.RawGetString(dumpsKey).(*lua.LUserData)
	if !ok {
		return nil
	}
	d, _ := ud.Value.(*Dumps)
	return d
}

// Dump returns the binary chunk for a Lua function's code. With strip it has
// no lines and no names any more.
func (d *Dumps) Dump(p *lua.FunctionProto, strip bool) string {
	if strip {
		p = stripped(p)
	}
	d.protos = append(d.protos, p)
	return dumpHeader + string(binary.LittleEndian.AppendUint64(nil, uint64(len(d.protos))))
}

// Undump returns the code of a binary chunk.
func (d *Dumps) Undump(chunk string) (*lua.FunctionProto, error) {
	whole := len(dumpHeader) + 8
	if len(chunk) < whole && strings.HasPrefix(dumpHeader, chunk[:min(len(chunk), len(dumpHeader))]) {
		return nil, errors.New("bad binary format (truncated chunk)")
	}
	if len(chunk) != whole || chunk[:len(dumpHeader)] != dumpHeader {
		return nil, errors.New("bad binary format (not a chunk of this VM)")
	}
	n := binary.LittleEndian.Uint64([]byte(chunk[len(dumpHeader):]))
	if n == 0 || n > uint64(len(d.protos)) {
		return nil, errors.New("bad binary format (not a chunk of this VM)")
	}
	return d.protos[n-1], nil
}

// stripped is the prototype without what only messages need.
func stripped(p *lua.FunctionProto) *lua.FunctionProto {
	c := *p
	c.SourceName = "?"
	c.DbgSourcePositions = make([]int, len(p.DbgSourcePositions))
	for i := range c.DbgSourcePositions {
		c.DbgSourcePositions[i] = -1
	}
	c.DbgCalls = nil
	c.DbgLocals = slices.DeleteFunc(slices.Clone(p.DbgLocals), func(n *lua.DbgLocalInfo) bool {
		return n.Name != floatNote && n.Name != forLimit
	})
	c.FunctionPrototypes = make([]*lua.FunctionProto, len(p.FunctionPrototypes))
	for i, inner := range p.FunctionPrototypes {
		c.FunctionPrototypes[i] = stripped(inner)
	}
	return &c
}

// Restore makes a function of code that was dumped. Like PUC Lua it gives the
// first variable of an enclosing function env for its value, and the others nil.
func (rt *Runtime) Restore(proto *lua.FunctionProto, env *lua.LTable) *lua.LFunction {
	fn := rt.NewFunction(proto, env)
	first := true
	for i, name := range proto.DbgUpvalues {
		if _, ok := rt.helpers[name]; ok {
			continue
		}
		if !first && name != "_ENV" {
			fn.Upvalues[i].SetValue(lua.LNil)
		}
		first = false
	}
	return fn
}
