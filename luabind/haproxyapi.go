package luabind

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
	"github.com/spoa-lua/spoa-lua/spop"
)

// haproxyGlobals are the names under which a script reaches HAProxy's API.
var haproxyGlobals = []string{"core", "act", "Map", "Regex", "filter", "CertCache", "ACME"}

// usesHAProxy reports whether code names a global of HAProxy's API. Most
// scripts do not, and their VMs do without it.
func usesHAProxy(proto *lua.FunctionProto) bool {
	for _, c := range proto.Constants {
		if s, ok := c.(lua.LString); ok && slices.Contains(haproxyGlobals, string(s)) {
			return true
		}
	}
	return slices.ContainsFunc(proto.FunctionPrototypes, usesHAProxy)
}

// openHAProxy makes HAProxy's API, once.
func (vm *VM) openHAProxy() {
	if vm.haproxy == nil {
		vm.haproxy = haproxy.Open(vm.state, haproxyHost{vm}, &vm.program.maps, vm.program.HAProxy)
	}
}

// haproxyHost is a VM as HAProxy's API sees it.
type haproxyHost struct{ vm *VM }

// Loading reports whether scripts are being loaded.
func (h haproxyHost) Loading() bool { return h.vm.phase <= phaseInit }

// On registers a function of the API for a message. What it has set stays when
// it fails: in HAProxy a variable is set at once.
func (h haproxyHost) On(L *lua.LState, message string, r haproxy.Registration, run lua.LGFunction) {
	h.OnDirect(L, message, r, run, nil)
}

// OnDirect is On for what d can do in most cases.
func (h haproxyHost) OnDirect(L *lua.LState, message string, r haproxy.Registration, run lua.LGFunction, d haproxy.Direct) {
	script, line := place(L)
	if script == "" {
		script = h.vm.script
	}
	o := Origin{API: r.API, Name: r.Name, Facility: r.Facility, Params: r.Params}
	o.setFunction(r.Function)
	added := handler{Handler: Handler{Script: script, Line: line, Origin: o}, fn: h.vm.newFunction(run), keeps: true, direct: d}
	if r.API == "action" {
		added.onError = notAnswered
	}
	if d != nil {
		added.end = h.vm.newFunction(d.End)
	}
	h.vm.addHandler(message, added)
}

// notAnswered answers for an action that has not run, or not to its end: what an
// earlier action of the stream has returned must not count for it. One that raises
// an error has taken that back by itself.
var notAnswered = map[Reason][]spop.Action{
	ReasonTimeout: forgetAct, ReasonPanic: forgetAct, ReasonOverload: forgetAct, ReasonMemory: forgetAct, ReasonQuarantined: forgetAct,
}

var forgetAct = []spop.Action{{Type: spop.ActionUnsetVar, Scope: spop.ScopeTransaction, Name: haproxy.ActVariable}}

// OnInit registers a function to run when all scripts are loaded.
func (h haproxyHost) OnInit(L *lua.LState, fn *lua.LFunction) { h.vm.addInit(L, "register_init", fn) }

// ReadFile reads a file as spoa.read does.
func (h haproxyHost) ReadFile(L *lua.LState, path string) []byte { return h.vm.readFile(L, path) }

// Config reads haproxy.cfg as spoa.read does.
func (h haproxyHost) Config() ([]byte, bool) {
	if text := h.vm.program.HAProxyConfig; text != nil {
		return text, true
	}
	return h.FindFile(haproxy.ConfigFile)
}

// FindFile reads a file below the script folders.
func (h haproxyHost) FindFile(path string) ([]byte, bool) {
	if h.vm.program.ReadFile == nil {
		return nil, false
	}
	text, err := h.vm.program.ReadFile(h.vm.script, path)
	return text, err == nil
}

// Getenv is a variable that scripts read by os.getenv.
func (h haproxyHost) Getenv(name string) (string, bool) { return h.vm.getenv(name) }

// Script is the name of the script that runs.
func (h haproxyHost) Script() string { return h.vm.script }

// Log writes a line with the place of the Lua function that called.
func (h haproxyHost) Log(L *lua.LState, level slog.Level, text string) { h.vm.logText(L, level, text) }

// Service registers what answers HTTP requests.
func (h haproxyHost) Service(L *lua.LState, r haproxy.Registration, run lua.LGFunction) {
	script, line := place(L)
	if script == "" {
		script = h.vm.script
	}
	o := Origin{API: r.API, Name: r.Name}
	o.setFunction(r.Function)
	h.vm.addService(L, service{Handler: Handler{Script: script, Line: line, Origin: o}, name: r.Name, fn: h.vm.newFunction(run)})
}

// HTTP is the request that a service answers, or nil.
func (h haproxyHost) HTTP() haproxy.HTTP {
	if h.vm.work == nil {
		return nil
	}
	return h.vm.work.http
}

// Message is what is being answered, or nil.
func (h haproxyHost) Message() *spop.Message {
	if h.vm.phase != phaseHandler && h.HTTP() == nil {
		return nil
	}
	return &h.vm.message.Message
}

// MessageName is its name.
func (h haproxyHost) MessageName() string { return h.vm.message.name }

// Serial changes with every run of a handler.
func (h haproxyHost) Serial() uint64 { return h.vm.message.serial }

// Exchange is what is being answered, or nil.
func (h haproxyHost) Exchange() *spop.Exchange { return h.vm.exchange }

// Wait runs what waits.
func (h haproxyHost) Wait(L *lua.LState, fn func(ctx context.Context) error) error {
	return h.vm.wait(L, fn)
}

// MayWait reports whether Wait waits.
func (h haproxyHost) MayWait() bool { return h.vm.mayWait() }

// Opened has c closed when the run ends.
func (h haproxyHost) Opened(c io.Closer) bool { return h.vm.opened(c) }

// Closed forgets c.
func (h haproxyHost) Closed(c io.Closer) { h.vm.closed(c) }

// Mentions reports whether a script writes text out.
func (h haproxyHost) Mentions(text string) bool {
	return slices.ContainsFunc(h.vm.scripts, func(s *Script) bool { return mentions(s.proto, text) })
}

func mentions(proto *lua.FunctionProto, text string) bool {
	for _, c := range proto.Constants {
		if s, ok := c.(lua.LString); ok && strings.EqualFold(string(s), text) {
			return true
		}
	}
	return slices.ContainsFunc(proto.FunctionPrototypes, func(p *lua.FunctionProto) bool { return mentions(p, text) })
}

// Task registers what runs beside the messages.
func (h haproxyHost) Task(L *lua.LState, run lua.LGFunction) {
	script, line := place(L)
	if script == "" {
		script = h.vm.script
	}
	h.vm.tasks = append(h.vm.tasks, task{Handler: Handler{Script: script, Line: line}, fn: h.vm.newFunction(run)})
}

// Queues are what all VMs share.
func (h haproxyHost) Queues() *haproxy.Queues { return &h.vm.program.queues }

// Network is what scripts may reach.
func (h haproxyHost) Network() remote.Network { return h.vm.program.Network }

// WarnOnce logs a warning once.
func (h haproxyHost) WarnOnce(L *lua.LState, kind, text string) {
	if h.vm.program.warnings.first(warning{kind, "", text}) {
		h.vm.warn(L, text)
	}
}

// Booleans reports whether HAProxy's booleans are Lua's.
func (h haproxyHost) Booleans() bool { return h.vm.program.Booleans }

// Ack takes the answer.
func (h haproxyHost) Ack() *spop.Ack { return h.vm.ack }

// Raise raises an error of Go.
func (h haproxyHost) Raise(L *lua.LState, err error) { h.vm.raiseErr(L, err) }

// ToLua returns a value as scripts see it.
func (h haproxyHost) ToLua(v spop.Value) lua.LValue { return h.vm.toLua(v) }

// NewFunction makes a function of a binding.
func (h haproxyHost) NewFunction(fn lua.LGFunction) *lua.LFunction { return h.vm.newFunction(fn) }
