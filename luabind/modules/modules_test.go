package modules

import (
	"context"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// insert puts a value into a database for a prefix.
func insert(w *mmdbwriter.Tree, p netip.Prefix, v mmdbtype.DataType) error {
	return w.Insert(&net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}, v)
}

// newState returns a VM with the library.
func newState(tb testing.TB) *lua.LState {
	tb.Helper()
	L := lua.NewState(lua.Options{SkipOpenLibs: true})
	lualib.Open(L, lualib.Config{})
	tb.Cleanup(L.Close)
	return L
}

// testHost is a VM without files.
type testHost struct{ L *lua.LState }

func (h testHost) Loading() bool                                { return true }
func (h testHost) Script() string                               { return "t.lua" }
func (h testHost) ReadFile(*lua.LState, string) []byte          { return nil }
func (h testHost) Raise(L *lua.LState, err error)               { L.Error(lua.LString(err.Error()), 1) }
func (h testHost) NewFunction(fn lua.LGFunction) *lua.LFunction { return h.L.NewFunction(fn) }
func (h testHost) Network() remote.Network                      { return nil }
func (h testHost) Opened(io.Closer) bool                        { return false }
func (h testHost) Closed(io.Closer)                             {}
func (h testHost) WarnOnce(*lua.LState, string, string)         {}
func (h testHost) TimeLeft() (time.Duration, bool)              { return 0, false }
func (h testHost) Wait(*lua.LState, func(context.Context) error) error {
	return context.Canceled
}

// call calls a function of a module for one result.
func call(tb testing.TB, L *lua.LState, fn lua.LValue, args ...lua.LValue) lua.LValue {
	tb.Helper()
	if err := L.CallByParam(lua.P{Fn: fn, NRet: 1, Protect: true}, args...); err != nil {
		tb.Fatal(err)
	}
	v := L.Get(-1)
	L.Pop(1)
	return v
}
