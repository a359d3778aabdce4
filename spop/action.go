package spop

import (
	"errors"
	"fmt"
)

// Scope is where a variable lives in HAProxy (SPOE.txt 3.4).
type Scope byte

// The five scopes of SPOE.txt 3.4.
const (
	ScopeProcess Scope = iota
	ScopeSession
	ScopeTransaction
	ScopeRequest
	ScopeResponse
	numScopes
)

var scopeNames = [numScopes]string{"proc", "sess", "txn", "req", "res"}

// String returns the name that HAProxy's configuration has for the scope:
// "proc", "sess", "txn", "req" or "res".
func (s Scope) String() string {
	if s < numScopes {
		return scopeNames[s]
	}
	return fmt.Sprintf("scope %d", byte(s))
}

// ActionType is the first byte of an action (SPOE.txt 3.4).
type ActionType byte

// The actions of SPOE.txt 3.4, and ActionNoop, which every HAProxy ignores. It
// stands alone in the ACK of an exchange that sets nothing, since HAProxy 3.1.0
// does not see an ACK with an empty payload.
const (
	ActionNoop     ActionType = 0
	ActionSetVar   ActionType = 1
	ActionUnsetVar ActionType = 2
)

// Action is one action of an ACK, as HAProxy reads it.
type Action struct {
	Type  ActionType
	Scope Scope
	// Name is the name behind the scope, such as "score" of "txn.score".
	Name string
	// Value is what ActionSetVar sets; its memory is borrowed, see Value.
	Value Value
}

// String returns the action as spoa-lua prints it: "set-var txn.score int32:5",
// "unset-var txn.score" or "noop".
func (a Action) String() string {
	switch a.Type {
	case ActionSetVar:
		return fmt.Sprintf("set-var %s.%s %s", a.Scope, a.Name, a.Value)
	case ActionUnsetVar:
		return fmt.Sprintf("unset-var %s.%s", a.Scope, a.Name)
	default:
		return "noop"
	}
}

// ParseActions reads the payload of an ACK to its end. Unlike HAProxy, which
// stops in silence at an action that it does not know, it says what is wrong;
// the actions in front of the fault are returned with the error.
func ParseActions(payload []byte) ([]Action, error) {
	var actions []Action
	for len(payload) > 0 {
		a, n, err := parseAction(payload)
		if err != nil {
			return actions, fmt.Errorf("action %d: %w", len(actions)+1, err)
		}
		actions = append(actions, a)
		payload = payload[n:]
	}
	return actions, nil
}

func parseAction(b []byte) (Action, int, error) {
	if len(b) < 2 {
		return Action{}, 0, ErrShort
	}
	a := Action{Type: ActionType(b[0])}
	want, ok := map[ActionType]byte{ActionNoop: 0, ActionSetVar: 3, ActionUnsetVar: 2}[a.Type]
	switch {
	case !ok:
		return a, 0, fmt.Errorf("unknown type %d", b[0])
	case b[1] != want:
		return a, 0, fmt.Errorf("type %d has %d arguments, not %d", b[0], b[1], want)
	case a.Type == ActionNoop:
		return a, 2, nil
	case len(b) < 3:
		return a, 0, ErrShort
	case b[2] >= byte(numScopes):
		return a, 0, fmt.Errorf("unknown scope %d", b[2])
	}
	a.Scope = Scope(b[2])
	name, n := parseBlob(b[3:])
	if n == 0 {
		return a, 0, ErrShort
	}
	a.Name = string(name)
	n += 3
	if a.Type == ActionUnsetVar {
		return a, n, nil
	}
	v, k, err := DecodeValue(b[n:])
	a.Value = v
	return a, n + k, err
}

var errNoScope = errors.New(`must begin with "proc.", "sess.", "txn.", "req." or "res."`)

// ParseVarName splits the name of a variable as HAProxy's configuration and
// Lua write it, "SCOPE.NAME", and checks NAME as CheckVarName does. The error
// wraps ErrVarName.
func ParseVarName(full string) (Scope, string, error) {
	scope, name, ok := cutScope(full)
	if !ok {
		return 0, "", fmt.Errorf("%w %q: it %w", ErrVarName, full, errNoScope)
	}
	return scope, name, CheckVarName(scope, name)
}

func cutScope(full string) (Scope, string, bool) {
	if len(full) < 4 {
		return 0, "", false
	}
	switch {
	case full[3] == '.' && full[:3] == "txn":
		return ScopeTransaction, full[4:], true
	case full[3] == '.' && full[:3] == "req":
		return ScopeRequest, full[4:], true
	case full[3] == '.' && full[:3] == "res":
		return ScopeResponse, full[4:], true
	case len(full) < 5 || full[4] != '.':
		return 0, "", false
	case full[:4] == "sess":
		return ScopeSession, full[5:], true
	case full[:4] == "proc":
		return ScopeProcess, full[5:], true
	}
	return 0, "", false
}

// maxVarName is how long "scope.prefix.name" may be in HAProxy. The prefix
// (option var-prefix) is not known to the agent; it has a byte at least.
const maxVarName = 63

// CheckVarName says why HAProxy would not take a variable: its name may hold
// A-Z, a-z, 0-9, "." and "_", and with its scope and the shortest prefix it
// may be 63 bytes long. HAProxy drops longer names without a word. The error
// wraps ErrVarName.
func CheckVarName(scope Scope, name string) error {
	if scope >= numScopes {
		return fmt.Errorf("%w %q: its scope is %d, the highest is %d", ErrVarName, name, scope, numScopes-1)
	}
	if name == "" {
		return fmt.Errorf("%w %q: nothing behind the scope", ErrVarName, scope.String()+".")
	}
	for i := range len(name) {
		if !varNameByte[name[i]] {
			return fmt.Errorf("%w %q: it holds %q, allowed are a-z A-Z 0-9 . _", ErrVarName, name, name[i:i+1])
		}
	}
	if limit := maxVarName - len(scope.String()) - len(".p."); len(name) > limit {
		return fmt.Errorf("%w %q: it is %d bytes long, HAProxy takes at most %d behind %q and a prefix of one byte",
			ErrVarName, name, len(name), limit, scope.String())
	}
	return nil
}

var varNameByte = func() (ok [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._") {
		ok[c] = true
	}
	return ok
}()
