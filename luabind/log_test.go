package luabind

import (
	"strings"
	"testing"
)

// A handler that logs without end fills no disk, and the next one logs again.
func TestLogLimit(t *testing.T) {
	t.Parallel()
	log := new(logRecorder)
	vm := newTestVM(t, &Program{Log: log.logger()}, `spoa.on("m", function()
		warn("@on")
		for i = 1, 3000 do spoa.log(i) warn("w") end
	end)`)
	for range 2 {
		log.lines()
		if _, err := exchange(t, vm, newMessage(t, "m")); err != nil {
			t.Fatal(err)
		}
		got := log.lines()
		if len(got) != maxLogLines+1 {
			t.Fatalf("got %d lines, want %d", len(got), maxLogLines+1)
		}
		if last := got[maxLogLines]; !strings.Contains(last, "script logs too much") || !strings.Contains(last, "script=t.lua line=3") {
			t.Errorf("the last line is %q", last)
		}
	}
}

func TestLongWarning(t *testing.T) {
	t.Parallel()
	log := new(logRecorder)
	vm := newTestVM(t, &Program{Log: log.logger()}, `spoa.on("m", function() warn("@on") warn(("x"):rep(1 << 20)) end)`)
	if _, err := exchange(t, vm, newMessage(t, "m")); err != nil {
		t.Fatal(err)
	}
	if got := log.lines(); len(got) != 1 || len(got[0]) > 2*maxLogText {
		t.Errorf("got %d lines, want one of less than %d bytes", len(got), 2*maxLogText)
	}
}
