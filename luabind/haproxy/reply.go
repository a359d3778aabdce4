package haproxy

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/spop"
)

func (api *API) openReply(L *lua.LState) {
	api.reply = api.class(L, "Reply", map[string]lua.LGFunction{
		"set_status": replySetStatus, "add_header": replyAddHeader, "del_header": replyDelHeader, "set_body": replySetBody,
	})
}

// newReply is txn:reply([table]). As in HAProxy the table's reason does not
// count, and a header may be one text or a list.
func (api *API) newReply(L *lua.LState) int {
	if api.run.at.isTCP() {
		lualib.Raise(L, "reply: there are no replies on the rules of TCP")
	}
	from, _ := L.Get(2).(*lua.LTable)
	if from == nil {
		from = L.CreateTable(0, 0)
	}
	t, headers := L.CreateTable(0, 4), L.CreateTable(0, 4)
	t.Metatable = api.reply
	status := int64(200)
	if v := from.RawGetString("status"); v.Type() == lua.LTNumber {
		status = toInteger(v)
	}
	t.RawSetString("status", lua.LNumber(status))
	t.RawSetString("reason", lua.LString(reasonOf(status)))
	if body, ok := from.RawGetString("body").(lua.LString); ok {
		t.RawSetString("body", body)
	}
	if given, ok := from.RawGetString("headers").(*lua.LTable); ok {
		given.ForEach(func(name, v lua.LValue) { headers.RawSet(name, headerList(L, v)) })
	}
	t.RawSetString("headers", headers)
	L.Push(t)
	return 1
}

// headerList is the list of a header's values.
func headerList(L *lua.LState, v lua.LValue) *lua.LTable {
	list := L.CreateTable(1, 0)
	if values, ok := v.(*lua.LTable); ok {
		for i := 1; i <= values.Len(); i++ {
			if isText(values.RawGetInt(i)) {
				list.Append(lua.LString(text(sample(values.RawGetInt(i)))))
			}
		}
	} else if isText(v) {
		list.Append(lua.LString(text(sample(v))))
	}
	return list
}

func isText(v lua.LValue) bool { return v.Type() == lua.LTString || v.Type() == lua.LTNumber }

// replySetStatus is reply:set_status(code[, reason]).
func replySetStatus(L *lua.LState) int {
	t, status := lualib.CheckTable(L, 1), lualib.CheckInteger(L, 2)
	reason := lualib.OptString(L, 3, reasonOf(status))
	ok := status >= 100 && status <= 599
	if ok {
		t.RawSetString("status", lua.LNumber(status))
		t.RawSetString("reason", lua.LString(reason))
	}
	L.Push(lua.LBool(ok))
	return 1
}

// replyAddHeader is reply:add_header(name, value).
func replyAddHeader(L *lua.LState) int {
	t, name, value := lualib.CheckTable(L, 1), lualib.CheckString(L, 2), lualib.CheckString(L, 3)
	headers, ok := t.RawGetString("headers").(*lua.LTable)
	if !ok {
		headers = L.CreateTable(0, 4)
		t.RawSetString("headers", headers)
	}
	list, ok := headers.RawGetString(name).(*lua.LTable)
	if !ok {
		list = L.CreateTable(1, 0)
		headers.RawSetString(name, list)
	}
	list.Append(lua.LString(value))
	L.Push(lua.LTrue)
	return 1
}

// replyDelHeader is reply:del_header(name).
func replyDelHeader(L *lua.LState) int {
	t, name := lualib.CheckTable(L, 1), lualib.CheckString(L, 2)
	if headers, ok := t.RawGetString("headers").(*lua.LTable); ok {
		headers.RawSetString(name, lua.LNil)
	}
	L.Push(lua.LTrue)
	return 1
}

// replySetBody is reply:set_body(text).
func replySetBody(L *lua.LState) int {
	t, body := lualib.CheckTable(L, 1), lualib.CheckString(L, 2)
	t.RawSetString("body", lua.LString(body))
	L.Push(lua.LTrue)
	return 1
}

// answer is a reply with its headers by their names in lower case.
type answer struct {
	status  int64
	reason  string
	body    string
	headers []headerEdit
}

// size is how many bytes of the frame its texts take.
func (a *answer) size() int {
	n := len(a.body) + len(a.reason)
	for i := range a.headers {
		for _, v := range a.headers[i].add {
			n += len(a.headers[i].name) + len(v)
		}
	}
	return n
}

// txnDone is txn:done([reply]): the run is over, and the rules of ReplyRules
// answer in its place. Without a reply the connection is closed.
func (api *API) txnDone(L *lua.LState) int {
	t, ok := L.Get(2).(*lua.LTable)
	if !ok || api.run.at.isTCP() {
		api.set(L, replyName, spop.Int64(0))
		api.result = nil
		L.Error(done, 0)
		return 0
	}
	a := readAnswer(L, t)
	if !slices.Contains(Statuses, int(a.status)) {
		api.warnRule(L, fmt.Sprintf("txn:done: HAProxy needs a rule for the status %d, see ReplyRules in the manual: http-request return status %d ... if { %s -m int %d }",
			a.status, a.status, "var(txn.PREFIX."+replyName+")", a.status))
	}
	api.publishAnswer(L, a)
	api.result = nil
	L.Error(done, 0)
	return 0
}

// readAnswer reads the table of a reply. As in HAProxy lists count as headers
// only, and the length is that of the body.
func readAnswer(L *lua.LState, t *lua.LTable) *answer {
	a := &answer{status: 200}
	if v := t.RawGetString("status"); v.Type() == lua.LTNumber {
		a.status = toInteger(v)
	}
	if a.status < 100 || a.status > 599 {
		lualib.Raise(L, "txn:done: the status must be 100 to 599, not %d", a.status)
	}
	if v, ok := t.RawGetString("reason").(lua.LString); ok && string(v) != reasonOf(a.status) {
		a.reason = string(v)
	}
	if v, ok := t.RawGetString("body").(lua.LString); ok {
		a.body = string(v)
	}
	headers, ok := t.RawGetString("headers").(*lua.LTable)
	if !ok {
		return a
	}
	headers.ForEach(func(name, v lua.LValue) {
		key, isName := name.(lua.LString)
		list, isList := v.(*lua.LTable)
		if !isName || !isList || lower(string(key)) == "content-length" {
			return
		}
		h := a.header(string(key))
		headerList(L, list).ForEach(func(_, v lua.LValue) {
			checkHeader(L, "txn:done", string(key), v.String())
			h.add = append(h.add, v.String())
		})
	})
	return a
}

// fields are its headers, a line each.
func (a *answer) fields() []field {
	var list []field
	for i := range a.headers {
		for _, v := range a.headers[i].add {
			list = append(list, field{a.headers[i].name, v})
		}
	}
	return list
}

func (a *answer) header(name string) *headerEdit { return editOf(&a.headers, name) }

// replyError says that a reply does not fit.
type replyError struct{ size, limit int }

// Error tells both sizes.
func (e *replyError) Error() string {
	return fmt.Sprintf("txn:done: reply of %d bytes exceeds the SPOE frame (max %d)", e.size, e.limit)
}

// Unwrap makes the reason of on_error too-big.
func (e *replyError) Unwrap() error { return spop.ErrTooBig }

// publishAnswer sets the variables of a reply, all of them or none.
func (api *API) publishAnswer(L *lua.LState, a *answer) {
	api.message(L)
	mark, room := api.host.Ack().Mark(), api.host.Ack().Room()
	err := api.setAnswer(L, a)
	if err == nil {
		return
	}
	api.host.Ack().Rollback(mark)
	if errors.Is(err, spop.ErrTooBig) {
		err = &replyError{a.size(), max(0, room-api.overhead(a))}
	}
	api.host.Raise(L, err)
}

// overhead is what the variables of a reply take besides their texts.
func (api *API) overhead(a *answer) int {
	n := 60
	for i := range a.headers {
		n += len(replyHeader) + 8*len(a.headers[i].add)
	}
	return n
}

func (api *API) setAnswer(L *lua.LState, a *answer) error {
	ack := api.host.Ack()
	err := ack.SetVar(spop.ScopeTransaction, replyName, spop.Int64(a.status))
	put := func(name, value string) {
		if err == nil && value != "" {
			err = ack.SetVar(spop.ScopeTransaction, name, spop.String(value))
		}
	}
	put(replyReason, a.reason)
	put(replyBody, a.body)
	if wantsLists(api.host.Message()) {
		if err == nil {
			err = ack.SetVar(spop.ScopeTransaction, replyHeaders, spop.Binary(encodeHeaders(a.fields())))
		}
		return err
	}
	for i := range a.headers {
		h := &a.headers[i]
		switch lower(h.name) {
		case "content-type":
			put(replyType, strings.Join(h.add, ", "))
		case "location":
			put(replyPlace, strings.Join(h.add, ", "))
		default:
			api.needsHeader(L, h.name, replyHeaderRules)
			for j, v := range h.values() {
				put(numbered(replyHeader+VarOfHeader(h.name), j), v)
			}
		}
	}
	return err
}

// replyHeaderRules are those that a header of a reply needs.
func replyHeaderRules(prefix, name string) []string {
	return ReplyHeaderRules(prefix, oldest, []string{name})[len(ReplyHeaderRules(prefix, oldest, nil)):]
}

// numbered is the name of the i-th variable for a header, from 0.
func numbered(name string, i int) string {
	if i == 0 {
		return name
	}
	return name + "_" + strconv.Itoa(i+1)
}
