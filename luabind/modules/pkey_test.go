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

// TestNoKeyInMessage checks that new(nil), which scripts call for a key that they
// have not found, is a key in a message, too: one that has signed nothing.
func TestNoKeyInMessage(t *testing.T) {
	t.Parallel()
	L := newState(t)
	host := waitingHost{testHost{L}, time.Second}
	for _, name := range []string{"pkey", "digest"} {
		L.SetGlobal(name, Open(L, L, host, new(Shared), "openssl."+name))
	}
	for src, want := range map[string]string{
		`return pkey.new(nil):verify(("x"):rep(256), digest.new("sha256"):update("x"))`: "false",
		`return pkey.new():verify("", digest.new("sha256"))`:                            "false",
		`return pkey.new(nil):sign(digest.new("sha256"))`:                               "keys of RSA are made while scripts are loaded",
		`return pkey.new():toPEM()`:                                                     "keys of RSA are made while scripts are loaded",
	} {
		L.SetTop(0)
		err := L.DoString(src)
		got := L.Get(-1).String()
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%s: got %s", src, got)
		}
	}
}
