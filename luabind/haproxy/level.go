package haproxy

import (
	"log/slog"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// The levels of syslog as HAProxy numbers them.
const (
	levelEmerg = iota
	levelAlert
	levelCrit
	levelErr
	levelWarning
	levelNotice
	levelInfo
	levelDebug
)

func (api *API) openLevels(core *lua.LTable) {
	for i, name := range []string{"silent", "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"} {
		core.RawSetString(name, lua.LNumber(i-1))
	}
	// All threads of HAProxy share the state of lua-load, which it numbers 0.
	core.RawSetString("thread", lua.LNumber(0))
}

// slogLevel is the level of the agent's log.
func slogLevel(level int) slog.Level {
	switch {
	case level <= levelErr:
		return slog.LevelError
	case level == levelWarning:
		return slog.LevelWarn
	case level == levelDebug:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// coreLog is core.log(level, text).
func (api *API) coreLog(L *lua.LState) int {
	api.logArgs(L, "log", 1)
	return 0
}

// txnLog is txn:log(level, text).
func (api *API) txnLog(L *lua.LState) int {
	api.logArgs(L, "log", 2)
	return 0
}

func (api *API) logArgs(L *lua.LState, fn string, first int) {
	if L.GetTop() != first+1 {
		lualib.Raise(L, "'%s' needs %d arguments", fn, first+1)
	}
	level := lualib.CheckInteger(L, first)
	text := lualib.CheckString(L, first+1)
	if level < 0 || level > levelDebug {
		lualib.Raise(L, "Invalid loglevel.")
	}
	api.logLine(L, int(level), text)
}

// logAt is core.Debug(text) and the like.
func (api *API) logAt(level int) lua.LGFunction {
	return func(L *lua.LState) int {
		api.logLine(L, level, lualib.CheckString(L, 1))
		return 0
	}
}

// txnLogAt is txn:Debug(text) and the like.
func (api *API) txnLogAt(level int) lua.LGFunction {
	return func(L *lua.LState) int {
		api.logLine(L, level, lualib.CheckString(L, 2))
		return 0
	}
}

// logLine logs one line; bytes that do not print become dots.
func (api *API) logLine(L *lua.LState, level int, text string) {
	line := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '.'
		}
		return r
	}, text)
	api.host.Log(L, slogLevel(level), line)
}
