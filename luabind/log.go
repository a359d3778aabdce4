package luabind

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// maxLogText is how much of one line of a script is logged, in bytes.
const maxLogText = 8 << 10

// maxLogLines is how many lines one run of a handler may log; a script that is
// being loaded may log as many.
const maxLogLines = 1000

// mayLog counts a line that would be seen. The first one beyond the limit is
// told in its place.
func (vm *VM) mayLog(L *lua.LState, level slog.Level) bool {
	if !vm.program.Log.Enabled(context.Background(), level) {
		return false
	}
	if vm.logged < maxLogLines {
		vm.logged++
		return true
	}
	if vm.logged == maxLogLines {
		vm.logged++
		vm.warn(L, "script logs too much: the rest of what it logs now is dropped", slog.Int("limit", maxLogLines))
	}
	return false
}

// openLog makes spoa.log, which is a function and a table of functions, and
// the global print.
func (vm *VM) openLog(spoa *lua.LTable) {
	vm.tostring = vm.state.G.Global.RawGetString("tostring")
	log := vm.functions(map[string]lua.LGFunction{
		"debug": vm.logAt(slog.LevelDebug, 1),
		"info":  vm.logAt(slog.LevelInfo, 1),
		"warn":  vm.logAt(slog.LevelWarn, 1),
		"error": vm.logAt(slog.LevelError, 1),
	})
	log.Metatable = vm.functions(map[string]lua.LGFunction{"__call": vm.logAt(slog.LevelInfo, 2)})
	spoa.RawSetString("log", log)
	vm.setGlobal("print", vm.logAt(slog.LevelInfo, 1))
}

// logAt returns a function that logs its arguments from the first one on.
func (vm *VM) logAt(level slog.Level, first int) lua.LGFunction {
	return func(L *lua.LState) int {
		if !vm.mayLog(L, level) {
			return 0
		}
		var b strings.Builder
		for i := first; i <= L.GetTop(); i++ {
			if i > first {
				b.WriteByte(' ')
			}
			b.WriteString(vm.text(L, L.Get(i)))
		}
		vm.logClipped(L, level, b.String())
		return 0
	}
}

// logText logs a line that a script has made, in bounds.
func (vm *VM) logText(L *lua.LState, level slog.Level, text string) {
	if vm.mayLog(L, level) {
		vm.logClipped(L, level, text)
	}
}

func (vm *VM) logClipped(L *lua.LState, level slog.Level, text string) {
	if len(text) > maxLogText {
		text = text[:maxLogText] + "..."
	}
	vm.log(L, level, escape(text))
}

// text is what tostring makes of v.
func (vm *VM) text(L *lua.LState, v lua.LValue) string {
	if s, ok := v.(lua.LString); ok {
		return string(s)
	}
	L.Push(vm.tostring)
	L.Push(v)
	L.Call(1, 1)
	s := L.Get(-1).String()
	L.Pop(1)
	return s
}

func (vm *VM) warn(L *lua.LState, text string, attrs ...slog.Attr) {
	vm.log(L, slog.LevelWarn, text, attrs...)
}

// log writes a record with the place in a script that called.
func (vm *VM) log(L *lua.LState, level slog.Level, text string, attrs ...slog.Attr) {
	script, line := scriptPlace(L)
	if script == "" {
		script = vm.script
	}
	attrs = append([]slog.Attr{slog.String("script", script), slog.Int("line", line)}, attrs...)
	vm.program.Log.LogAttrs(context.Background(), level, text, attrs...)
}

// escape makes a text from outside harmless for terminals and line-based logs.
func escape(text string) string {
	if !strings.ContainsFunc(text, unprintable) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == utf8.RuneError && size == 1, r < utf8.RuneSelf && unprintable(r):
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case unprintable(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

func unprintable(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }
