package modules

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"net/netip"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// mmdbEvery is how often a lookup looks whether the file has changed.
const mmdbEvery = 2 * time.Second

// mmdbFile is a database that all VMs of a load share. When the file has been
// replaced, the next lookup takes the new one.
type mmdbFile struct {
	key     fileKey
	shared  *Shared
	now     func() time.Time
	current atomic.Pointer[mmdbState]
	checked atomic.Pointer[time.Time] // when the file was looked at
	mu      sync.Mutex                // while it is
	seen    os.FileInfo               // the file that was looked at last
}

// mmdbState is one state of the file, in memory. It is let go of by the garbage
// collector, when no lookup has it any more.
type mmdbState struct {
	name   string
	reader *maxminddb.Reader
	memory *mapping
	found  *found
}

// mmdbs are the databases in use, by script and path.
type mmdbs struct {
	mu    sync.Mutex
	files map[fileKey]*mmdbFile
}

func (m *mmdbs) get(key fileKey, shared *Shared) (*mmdbFile, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.files[key]; f != nil {
		return f, nil
	}
	f := &mmdbFile{key: key, shared: shared, now: time.Now}
	if err := f.load(); err != nil {
		return nil, err
	}
	if m.files == nil {
		m.files = make(map[fileKey]*mmdbFile)
	}
	m.files[key] = f
	return f, nil
}

// load maps the file into memory if it is not the one that was looked at last.
func (f *mmdbFile) load() error {
	now := f.now()
	f.checked.Store(&now)
	if f.shared.OpenFile == nil {
		return fmt.Errorf("%s: no files can be read here", f.key.path)
	}
	file, name, err := f.shared.OpenFile(f.key.script, f.key.path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if f.seen != nil && os.SameFile(f.seen, info) && f.seen.Size() == info.Size() && f.seen.ModTime().Equal(info.ModTime()) {
		return nil
	}
	f.seen = info
	memory, err := mapFile(file, info.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s := &mmdbState{name: name, memory: memory, found: newFound()}
	err = s.protect(func() error {
		var err error
		s.reader, err = maxminddb.OpenBytes(memory.bytes)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: this is no MaxMind database: %w", name, err)
	}
	f.current.Store(s)
	return nil
}

// state returns the newest state of the file. One that cannot be used leaves the
// old one in place, and so does a disk that hangs: whoever looks waits for it, and
// nobody else.
func (f *mmdbFile) state() *mmdbState {
	if last := f.checked.Load(); f.now().Sub(*last) > mmdbEvery && f.mu.TryLock() {
		if f.checked.Load() != last {
			f.mu.Unlock() // somebody has looked meanwhile
			return f.current.Load()
		}
		if err := f.load(); err != nil && f.shared.Stale != nil {
			f.shared.Stale(err)
		}
		f.mu.Unlock()
	}
	return f.current.Load()
}

// errMapped is for a file that was changed in place: what is behind its end
// cannot be read.
var errMapped = errors.New("the file was changed in place: put a new one in its place with mv")

// protect calls fn, which reads the mapped file. Without it, a file that has
// become shorter would end the process.
func (s *mmdbState) protect(fn func() error) (err error) {
	old := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(old)
		if cause := recover(); cause != nil {
			if _, ok := cause.(interface{ Addr() uintptr }); !ok {
				panic(cause)
			}
			err = fmt.Errorf("%s: %w", s.name, errMapped)
		}
	}()
	return fn()
}

// mmdbModule is the module mmdb in one VM.
type mmdbModule struct {
	env
	class *lua.LTable
}

func openMMDB(e env) lua.LValue {
	m := &mmdbModule{env: e}
	m.class = e.class("mmdb", map[string]lua.LGFunction{"lookup": m.lookup, "get": m.get, "info": m.info})
	return e.table(map[string]lua.LGFunction{"open": m.open})
}

// open is open(path): the database of a file below the script folders.
func (m *mmdbModule) open(L *lua.LState) int {
	path := lualib.CheckString(L, 1)
	if !m.host.Loading() {
		lualib.Raise(L, "mmdb.open can only be called while scripts are loaded, not inside a handler")
	}
	f, err := m.shared.databases.get(fileKey{m.host.Script(), path}, m.shared)
	if err != nil {
		m.host.Raise(L, err)
	}
	L.Push(object(f, m.class))
	return 1
}

// record finds the record of the address that is argument 2 and hands it to read;
// ok is false for no address and for one that is not there.
func (m *mmdbModule) record(L *lua.LState, read func(s *mmdbState, r maxminddb.Result) error) (ok bool) {
	s := self[*mmdbFile](L, 1, "mmdb").state()
	addr, isAddr := addrArg(L, 2)
	if !isAddr {
		return false
	}
	err := s.protect(func() error {
		r := s.reader.Lookup(addr)
		if ok = r.Found(); !ok {
			return r.Err()
		}
		return read(s, r)
	})
	runtime.KeepAlive(s.memory)
	if err != nil {
		lualib.Raise(L, "mmdb: %s", err)
	}
	return ok
}

// lookup is db:lookup(address): all that is known, and the prefix for which it
// is so; nil for an address that is not there.
func (m *mmdbModule) lookup(L *lua.LState) int {
	var (
		v      any
		prefix netip.Prefix
	)
	ok := m.record(L, func(_ *mmdbState, r maxminddb.Result) error {
		prefix = r.Prefix()
		return r.Decode(&v)
	})
	L.Push(mmdbValue(v))
	if !ok || v == nil || !lua54.Wants(L, 2) {
		return 1
	}
	L.Push(lua.LString(prefix.String()))
	return 2
}

// get is db:get(address, key...): one value of it, such as
// db:get(ip, "country", "iso_code").
func (m *mmdbModule) get(L *lua.LState) int {
	checkMMDBPath(L)
	value := lua.LNil
	m.record(L, func(s *mmdbState, r maxminddb.Result) error {
		if known := s.found.place(L, r.Offset(), 3).Load(); known.is(L, r.Offset(), 3) {
			value = known.value
			return nil
		}
		var v any
		if err := r.DecodePath(&v, mmdbPath(L)...); err != nil {
			return err
		}
		value = mmdbValue(v)
		s.found.keep(L, r.Offset(), 3, value)
		return nil
	})
	L.Push(value)
	return 1
}

// checkMMDBPath raises an error unless the arguments from the third one on are keys.
func checkMMDBPath(L *lua.LState) {
	if L.GetTop() < 3 {
		lualib.TypeError(L, 3, "string")
	}
	for i := 3; i <= L.GetTop(); i++ {
		if L.Get(i).Type() == lua.LTString {
			continue
		}
		if n, ok := lua54.ToInteger(L.Get(i)); !ok {
			lualib.TypeError(L, i, "string")
		} else if n < 1 {
			lualib.ArgError(L, i, "lists begin with 1")
		}
	}
}

// mmdbPath is the arguments from the third one on.
func mmdbPath(L *lua.LState) []any {
	path := make([]any, 0, L.GetTop()-2)
	for i := 3; i <= L.GetTop(); i++ {
		if n, ok := lua54.ToInteger(L.Get(i)); ok && L.Get(i).Type() != lua.LTString {
			path = append(path, int(n-1))
			continue
		}
		path = append(path, L.Get(i).String())
	}
	return path
}

// info is db:info(): what the database says of itself.
func (m *mmdbModule) info(L *lua.LState) int {
	s := self[*mmdbFile](L, 1, "mmdb").state()
	meta := s.reader.Metadata
	t := L.CreateTable(0, 4)
	t.RawSetString("type", lua.LString(meta.DatabaseType))
	t.RawSetString("built", lua.LNumber(meta.BuildEpoch))
	t.RawSetString("ip_version", lua.LNumber(meta.IPVersion))
	t.RawSetString("nodes", lua.LNumber(meta.NodeCount))
	L.Push(t)
	return 1
}

// mmdbValue is a value of a database as Lua has it. Integers beyond 64 bits are
// texts.
func mmdbValue(v any) lua.LValue {
	switch v := v.(type) {
	case string:
		return lua.LString(v)
	case []byte:
		return lua.LString(v)
	case bool:
		return lua.LBool(v)
	case float64:
		return lua.LNumber(v)
	case float32:
		return lua.LNumber(v)
	case int, int32, int64, uint16, uint32, uint64, *big.Int:
		return mmdbInteger(v)
	case []any:
		list := make([]lua.LValue, len(v))
		for i, e := range v {
			list[i] = mmdbValue(e)
		}
		return lua54.NewList(list)
	case map[string]any:
		members := make([]lua.LValue, 0, 2*len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			members = append(members, lua.LString(key), mmdbValue(v[key]))
		}
		return lua54.NewObject(members)
	}
	return lua.LNil
}

func mmdbInteger(v any) lua.LValue {
	switch v := v.(type) {
	case int32:
		return lua54.Integer(int64(v))
	case uint16:
		return lua54.Integer(int64(v))
	case uint32:
		return lua54.Integer(int64(v))
	case uint64:
		if v <= math.MaxInt64 {
			return lua54.Integer(int64(v))
		}
	case *big.Int:
		if v.IsInt64() {
			return lua54.Integer(v.Int64())
		}
	}
	return lua.LString(fmt.Sprint(v))
}
