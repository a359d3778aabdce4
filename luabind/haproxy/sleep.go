package haproxy

import (
	"context"
	"math"
	goruntime "runtime"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// sleepFunction is core.sleep(seconds) or core.msleep(milliseconds). While
// scripts are loaded it does nothing, as in HAProxy.
func (api *API) sleepFunction(name string, unit time.Duration) lua.LGFunction {
	return func(L *lua.LState) int {
		checkArgs(L, name, 1)
		d := duration(lualib.CheckInteger(L, 1), unit)
		if api.host.MayWait() {
			_ = api.host.Wait(L, func(ctx context.Context) error { return sleep(ctx, d, nil) })
		}
		return 0
	}
}

// duration is n units, or the nearest that there is; nothing is shorter than 0.
func duration(n int64, unit time.Duration) time.Duration {
	return time.Duration(min(max(n, 0), math.MaxInt64/int64(unit))) * unit
}

// sleep waits for d, or until wake is told. The error is ctx's.
func sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-wake:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// coreYield is core.yield().
func (api *API) coreYield(L *lua.LState) int {
	if api.host.MayWait() {
		_ = api.host.Wait(L, func(context.Context) error { goruntime.Gosched(); return nil })
	}
	return 0
}

// coreSetNice is core.set_nice(n). Goroutines have no priority.
func coreSetNice(L *lua.LState) int {
	checkArgs(L, "set_nice", 1)
	lualib.CheckInteger(L, 1)
	return 0
}

func checkArgs(L *lua.LState, fn string, n int) {
	if L.GetTop() != n {
		lualib.Raise(L, "'%s' needs %d arguments", fn, n)
	}
}
