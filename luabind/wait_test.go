package luabind

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/spop"
)

// TestWaitWhileLoading raises where nothing can be waited for.
func TestWaitWhileLoading(t *testing.T) {
	vm := (&Program{}).newVM(nil)
	defer vm.Close()
	vm.state.Push(vm.newFunction(func(L *lua.LState) int {
		_ = vm.wait(L, func(context.Context) error { t.Error("waited"); return nil })
		return 0
	}))
	if err := vm.call(0); err == nil || !strings.Contains(err.Error(), "yield not allowed while scripts are loaded") {
		t.Errorf("got %v, want an error", err)
	}
}

// TestWaitWithoutExchange ends a wait by the flag that Begin was given.
func TestWaitWithoutExchange(t *testing.T) {
	vm := newTestVM(t, &Program{}, `core.register_action("a", {"http-req"}, function() core.sleep(3600) end)`)
	var stop atomic.Bool
	vm.Begin(spop.NewAck(16380), &stop)
	var waited error
	vm.phase = phaseHandler
	waited = vm.wait(vm.state, func(ctx context.Context) error {
		stop.Store(true)
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(waited, context.Canceled) {
		t.Errorf("got %v, want what fn returned", waited)
	}
	if err := vm.Call(0, newMessage(t, "a")); !errors.Is(err, ErrStopped) {
		t.Errorf("got %v, want ErrStopped", err)
	}
	if vm.End() {
		t.Error("a VM that was stopped is reusable")
	}
}

type closeCounter struct{ n int }

func (c *closeCounter) Close() error { c.n++; return nil }

// TestOpened closes what a run leaves open, once, and bounds it.
func TestOpened(t *testing.T) {
	vm := newTestVM(t, &Program{}, ``)
	vm.Begin(spop.NewAck(16380), nil)
	left, closed := new(closeCounter), new(closeCounter)
	for _, c := range []io.Closer{left, closed} {
		if !vm.opened(c) {
			t.Fatal("nothing may be opened")
		}
	}
	vm.closed(closed)
	for vm.opened(new(closeCounter)) {
		if len(vm.closers) > maxOpened {
			t.Fatal("there is no bound")
		}
	}
	vm.End()
	if left.n != 1 || closed.n != 0 || len(vm.closers) != 0 {
		t.Errorf("closed %d and %d times, %d left", left.n, closed.n, len(vm.closers))
	}
}

// TestLogOfWork shows that a task logs no more for its waits, and again when a
// second has passed.
func TestLogOfWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		p := &Program{Log: slog.New(slog.NewTextHandler(&log, nil))}
		vm := newTestVM(t, p, `core.register_task(function()
			for _ = 1, 3000 do core.Info("a line") core.yield() end
			core.sleep(1)
			core.Info("another line")
		end)`)
		if err := vm.RunTask(t.Context(), 0, new(Stretch)); err != nil {
			t.Fatal(err)
		}
		text := log.String()
		if a, b := strings.Count(text, `msg="a line"`), strings.Count(text, `msg="another line"`); a != maxLogLines || b != 1 {
			t.Errorf("%d lines and %d after a second, want %d and 1", a, b, maxLogLines)
		}
	})
}
