package modules

import (
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// TestRSAInMessage checks that a message does not wait for a key of RSA to be made.
func TestRSAInMessage(t *testing.T) {
	t.Parallel()
	L := newState(t)
	m := Open(L, L, waitingHost{testHost{L}, time.Second}, new(Shared), "openssl.pkey").(*lua.LTable)
	err := L.CallByParam(lua.P{Fn: m.RawGetString("new"), Protect: true}, L.NewTable())
	if err == nil || !strings.Contains(err.Error(), "keys of RSA are made while scripts are loaded, and in tasks") {
		t.Errorf("got %v", err)
	}
}
