package luabind

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/spop"
)

// Reason is why a handler has not answered a message, as a word for scripts,
// variables, metrics and logs.
type Reason string

// The reasons that a handler's on_error is asked for.
const (
	// ReasonError: the handler raised an error.
	ReasonError Reason = "error"
	// ReasonTimeout: its time was over.
	ReasonTimeout Reason = "timeout"
	// ReasonPanic: the agent itself failed.
	ReasonPanic Reason = "panic"
	// ReasonOverload: there was no VM for it in time.
	ReasonOverload Reason = "overload"
	// ReasonMemory: it was stopped because memory ran out.
	ReasonMemory Reason = "memory"
	// ReasonQuarantined: it failed too often and was not run.
	ReasonQuarantined Reason = "quarantined"
	// ReasonTooBig: what it set does not fit the frame.
	ReasonTooBig Reason = "too-big"
)

// Reasons returns all of them.
func Reasons() []Reason {
	return []Reason{ReasonError, ReasonTimeout, ReasonPanic, ReasonOverload, ReasonMemory, ReasonQuarantined, ReasonTooBig}
}

// Handler is what a Program's user must know of one handler of a message. It
// is the same in all VMs of a Program.
type Handler struct {
	// Script is the name of the script that registered it, Line where.
	Script string
	Line   int
	// Timeout is how long a message may take when this handler runs; 0 means
	// that it does not say.
	Timeout time.Duration
	// Origin is how the script registered it, for those who write HAProxy's side.
	Origin Origin

	onError map[Reason][]spop.Action
}

// Origin tells how a script registered a handler.
type Origin struct {
	// API is "spoa" for spoa.on and its relatives; for HAProxy's API it is
	// "action", "fetch", "converter" or "service".
	API string
	// Name is what the script calls it: of a message, an action, a fetch, a
	// converter or a service.
	Name string
	// Facility is the kind of rules that an action was registered for, such as
	// "http-req"; "" for the message that has no more than the action's name.
	Facility string
	// Params is how many parameters an action takes.
	Params int
	// File is where the function stands, Line where its text begins.
	File string
	Line int
	// Args are the arguments that spoa.on declares, NAME or NAME=FETCH, and
	// Event when HAProxy sends the message.
	Args  []string
	Event string
}

// OnError returns the actions that answer in the handler's place for a reason;
// none when the handler does not say. They must not be changed.
func (h *Handler) OnError(r Reason) []spop.Action { return h.onError[r] }

// handlerOptions reads the table between the name and the function of spoa.on.
func (vm *VM) handlerOptions(L *lua.LState, h *handler) {
	options, ok := L.Get(2).(*lua.LTable)
	if !ok {
		return
	}
	options.ForEach(func(key, v lua.LValue) {
		switch key.String() {
		case "timeout":
			h.Timeout = timeoutOption(L, v)
		case "on_error":
			h.fallback = v
			switch v.Type() {
			case lua.LTTable, lua.LTFunction:
			default:
				badArg(L, 2, "on", "on_error must be a table of variables or a function that returns one, not "+article(typeName(v)))
			}
		case "args":
			h.Origin.Args = argsOption(L, v)
		case "event":
			h.Origin.Event = eventOption(L, v)
		default:
			badArg(L, 2, "on", fmt.Sprintf("there is no option %q: timeout, on_error, args and event are", clip(key.String())))
		}
	})
}

// timeoutOption reads a time such as "20ms", or a number of seconds.
func timeoutOption(L *lua.LState, v lua.LValue) time.Duration {
	var d time.Duration
	var err error
	switch v := v.(type) {
	case lua.LNumber:
		if v > 0 && v < 3600 {
			d = time.Duration(float64(v) * float64(time.Second))
		}
	case lua.LString:
		d, err = time.ParseDuration(string(v))
	}
	if err != nil || d <= 0 || d > time.Hour {
		badArg(L, 2, "on", fmt.Sprintf("timeout must be a time such as \"20ms\" or a number of seconds, up to an hour, not %q", clip(v.String())))
	}
	return d
}

// argsOption checks a list of arguments, each a NAME or NAME=FETCH. It says what
// the script expects HAProxy to send, for spoa-lua check and for readers.
func argsOption(L *lua.LState, v lua.LValue) []string {
	list, ok := v.(*lua.LTable)
	if !ok {
		badArg(L, 2, "on", "args must be a list of names, not "+article(typeName(v)))
	}
	var args []string
	list.ForEach(func(lua.LValue, lua.LValue) {
		name, ok := list.RawGetInt(len(args) + 1).(lua.LString)
		if !ok || strings.HasPrefix(string(name), "=") || strings.ContainsAny(string(name), "\r\n") {
			badArg(L, 2, "on", "args must be a list of names, such as {\"ip\", \"path\"} or {\"ip=src\", \"path=path\"}")
		}
		args = append(args, string(name))
	})
	return args
}

// eventNames are when HAProxy may send a message (SPOE.txt section 2.3).
var eventNames = []string{
	"on-client-session", "on-server-session", "on-frontend-tcp-request", "on-backend-tcp-request", "on-tcp-response",
	"on-frontend-http-request", "on-backend-http-request", "on-http-response",
}

// eventOption checks an event, behind which a condition may stand.
func eventOption(L *lua.LState, v lua.LValue) string {
	text, ok := v.(lua.LString)
	if !ok {
		badArg(L, 2, "on", "event must be the name of an event, not "+article(typeName(v)))
	}
	name, condition, _ := strings.Cut(string(text), " ")
	if !slices.Contains(eventNames, name) {
		badArg(L, 2, "on", fmt.Sprintf("there is no event %q: %s are", clip(name), strings.Join(eventNames, ", ")))
	}
	if word, _, _ := strings.Cut(condition, " "); condition != "" && word != "if" && word != "unless" || strings.ContainsAny(condition, "\r\n") {
		badArg(L, 2, "on", fmt.Sprintf("behind the event stands a condition, if or unless, not %q", clip(condition)))
	}
	return string(text)
}

// resolveFallbacks asks every on_error, once for each reason, what it answers.
// So the answer needs no VM when it is needed.
func (vm *VM) resolveFallbacks() error {
	for i := range vm.messages {
		for j := range vm.messages[i].handlers {
			if err := vm.resolveFallback(&vm.messages[i].handlers[j]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (vm *VM) resolveFallback(h *handler) error {
	if h.fallback == nil {
		return nil
	}
	h.onError = make(map[Reason][]spop.Action)
	for _, r := range Reasons() {
		v, err := vm.askFallback(h, r)
		if err != nil {
			return err
		}
		actions, bad := fallbackActions(v)
		if bad != nil {
			return &ScriptError{Script: h.Script, Line: h.Line, Msg: fmt.Sprintf("on_error for the reason %q: %s", r, bad), Err: bad}
		}
		h.onError[r] = actions
	}
	return nil
}

// askFallback returns the table that on_error is or returns, or nil.
func (vm *VM) askFallback(h *handler, r Reason) (lua.LValue, error) {
	fn, ok := h.fallback.(*lua.LFunction)
	if !ok {
		return h.fallback, nil
	}
	var result lua.LValue
	vm.script = h.Script
	vm.state.Push(vm.newFunction(func(L *lua.LState) int {
		L.Push(fn)
		L.Push(lua.LString(r))
		L.Call(1, 1)
		result = L.Get(-1)
		return 0
	}))
	if err := vm.call(0); err != nil {
		return nil, err
	}
	return result, nil
}

// fallbackActions turns a table of variables into actions, in the order of
// their names.
func fallbackActions(v lua.LValue) ([]spop.Action, error) {
	if v == lua.LNil {
		return nil, nil
	}
	t, ok := v.(*lua.LTable)
	if !ok {
		return nil, fmt.Errorf("it must be a table of variables, not %s", article(typeName(v)))
	}
	var actions []spop.Action
	var bad error
	t.ForEach(func(key, v lua.LValue) {
		a := spop.Action{Type: spop.ActionSetVar}
		var err error
		if a.Scope, a.Name, err = spop.ParseVarName(key.String()); err == nil {
			a.Value, err = fromLua(v)
		}
		if err != nil && bad == nil {
			bad = err
		}
		actions = append(actions, a)
	})
	sort.Slice(actions, func(i, j int) bool { return actions[i].String() < actions[j].String() })
	return actions, bad
}
