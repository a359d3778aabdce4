package haproxy

import (
	"regexp"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
	"github.com/spoa-lua/spoa-lua/spop"
)

// direction is which message is edited.
type direction int

const (
	ofRequest direction = iota
	ofResponse
)

// source is the argument that carries the headers.
func (d direction) source() string {
	if d == ofResponse {
		return "res.hdrs_bin"
	}
	return hdrsBin
}

func (d direction) scope() spop.Scope {
	if d == ofResponse {
		return spop.ScopeResponse
	}
	return spop.ScopeRequest
}

func (d direction) method(name string) string {
	if d == ofResponse {
		return "res_" + name
	}
	return "req_" + name
}

// rules are those that an edit of a header needs.
func (d direction) rules(prefix, name string) []string {
	return HeaderRules(prefix, oldest, d == ofResponse, []string{name})
}

// headerEdit is what a run has done to the headers of one name: HAProxy deletes
// them, sets one, and adds others, in this order.
type headerEdit struct {
	name string // as the script wrote it first
	del  bool
	set  bool
	to   string // when it is set
	add  []string
}

// values are what is added, in one text unless that cannot be.
func (h *headerEdit) values() []string {
	if repeated(h.name) || len(h.add) == 0 {
		return h.add
	}
	return []string{strings.Join(h.add, ", ")}
}

// field is one line of a message's head.
type field struct{ name, value string }

// edits are those of one message.
type edits struct {
	headers []headerEdit
	lists   *headerLists // instead of headers, when the rules take lists
	lines   []field      // the head after them, when the message carries it
	read    bool
	status  int64
	reason  string
}

func (e *edits) of(name string) *headerEdit { return editOf(&e.headers, name) }

// editOf returns the entry of a header, which it adds when there is none.
func editOf(list *[]headerEdit, name string) *headerEdit {
	for i := range *list {
		if strings.EqualFold((*list)[i].name, name) {
			return &(*list)[i]
		}
	}
	*list = append(*list, headerEdit{name: name})
	return &(*list)[len(*list)-1]
}

func (e *edits) remove(name string) { e.lines = withoutHeader(e.lines, name) }

// record notes that values are added to a header, and whether those of before are
// gone.
func (e *edits) record(name string, replace bool, values ...string) {
	if e.lists != nil {
		e.lists.record(name, replace, values)
		return
	}
	h := e.of(name)
	switch {
	case !replace:
		h.add = append(h.add, values...)
	case len(values) == 0:
		*h = headerEdit{name: h.name, del: true}
	default:
		*h = headerEdit{name: h.name, set: true, to: values[0], add: slices.Clone(values[1:])}
	}
}

// httpMethod is a method of txn.http, nil when there is none of that name.
func (api *API) httpMethod(name string) lua.LGFunction {
	switch name {
	case "req_set_method", "req_set_path", "req_set_query", "req_set_uri":
		return api.requestSetter(name)
	case "res_set_status":
		return api.setStatus
	}
	d, rest := ofRequest, strings.TrimPrefix(name, "req_")
	if strings.HasPrefix(name, "res_") {
		d, rest = ofResponse, name[len("res_"):]
	}
	if rest == name {
		return nil
	}
	switch rest {
	case "get_headers":
		return func(L *lua.LState) int { return api.getHeaders(L, d) }
	case "add_header", "set_header":
		return func(L *lua.LState) int { return api.putHeader(L, d, rest) }
	case "del_header":
		return func(L *lua.LState) int { return api.deleteHeader(L, d) }
	case "rep_header", "rep_value":
		return func(L *lua.LState) int { return api.replaceHeader(L, d, rest) }
	}
	return nil
}

// editing returns the edits of a message that is there to be edited.
func (api *API) editing(L *lua.LState, d direction, fn string) *edits {
	m := api.message(L)
	if at := api.run.at; at.isTCP() || (at == "http-req" && d == ofResponse) || (at == "http-res" && d == ofRequest) {
		lualib.Raise(L, "%s: not on the rules of %s", d.method(fn), at)
	}
	api.run.edited = true
	e := &api.run.edits[d]
	if e.read {
		return e
	}
	e.read = true
	if wantsLists(m) {
		e.lists = &headerLists{}
	}
	if v, ok := m.Arg(d.source()); ok {
		e.lines = []field{}
		for name, value := range headers(v.Bytes()) {
			e.lines = append(e.lines, field{name, value})
		}
	}
	return e
}

// edit records what is done to a header. Rules that take no lists must know it.
func (api *API) edit(L *lua.LState, d direction, name string, replace bool, values ...string) {
	e := &api.run.edits[d]
	if e.lists == nil {
		api.needsHeader(L, name, d.rules)
	}
	e.record(name, replace, values...)
}

// putHeader is txn.http:req_set_header(name, value), and _add_.
func (api *API) putHeader(L *lua.LState, d direction, fn string) int {
	needArgs(L, d.method(fn), 2)
	name, value := lualib.CheckString(L, 2), lualib.CheckString(L, 3)
	checkHeader(L, d.method(fn), name, value)
	e := api.editing(L, d, fn)
	api.edit(L, d, name, fn == "set_header", value)
	if fn == "set_header" {
		e.remove(name)
	}
	if e.lines != nil {
		e.lines = append(e.lines, field{lower(name), value})
	}
	return 0
}

// deleteHeader is txn.http:req_del_header(name).
func (api *API) deleteHeader(L *lua.LState, d direction) int {
	needArgs(L, d.method("del_header"), 1)
	name := lualib.CheckString(L, 2)
	checkHeader(L, d.method("del_header"), name, "")
	e := api.editing(L, d, "del_header")
	api.edit(L, d, name, true)
	e.remove(name)
	return 0
}

// replaceHeader is txn.http:req_rep_header(name, regex, text), which looks at
// whole values, and _rep_value, which looks at the elements between commas. What
// matches is replaced as a whole.
func (api *API) replaceHeader(L *lua.LState, d direction, fn string) int {
	method := d.method(fn)
	needArgs(L, method, 3)
	name, pattern, to := lualib.CheckString(L, 2), lualib.CheckString(L, 3), lualib.CheckString(L, 4)
	checkHeader(L, method, name, to)
	re, err := compileRegex(pattern, true)
	if err != nil {
		lualib.Raise(L, "bad argument #2 to '%s' (invalid regex: %s; the syntax is RE2's)", method, err)
	}
	e := api.editing(L, d, fn)
	if e.lines == nil {
		lualib.Raise(L, "%s: the message has no headers: args %s=%s", method, d.source(), d.source())
	}
	var values []string
	changed := false
	for i := range e.lines {
		f := &e.lines[i]
		if !strings.EqualFold(f.name, name) {
			continue
		}
		v := replaced(f.value, re, to, fn == "rep_value")
		changed = changed || v != f.value
		f.value = v
		values = append(values, v)
	}
	if changed {
		api.edit(L, d, name, true, values...)
	}
	return 0
}

// replaced is a header's value after a replacement.
func replaced(value string, re *regexp.Regexp, to string, elements bool) string {
	if !elements {
		return expanded(value, re, to)
	}
	var b strings.Builder
	for {
		i := commaIn(value)
		element := value
		if i >= 0 {
			element = value[:i]
		}
		core := strings.Trim(element, " \t")
		if v := expanded(core, re, to); v != core {
			element = v
		}
		b.WriteString(element)
		if i < 0 {
			return b.String()
		}
		b.WriteByte(',')
		value = value[i+1:]
	}
}

// expanded is what a replacement makes of a text: \0 is the match, \1 its first
// group.
func expanded(value string, re *regexp.Regexp, to string) string {
	at := re.FindStringSubmatchIndex(value)
	if at == nil {
		return value
	}
	var b strings.Builder
	for i := 0; i < len(to); i++ {
		if to[i] != '\\' || i+1 == len(to) {
			b.WriteByte(to[i])
			continue
		}
		i++
		n := int(to[i]) - '0'
		switch {
		case n < 0 || n > 9:
			b.WriteByte(to[i])
		case 2*n < len(at) && at[2*n] >= 0:
			b.WriteString(value[at[2*n]:at[2*n+1]])
		}
	}
	return b.String()
}

// checkHeader raises an error for what would end a header too early.
func checkHeader(L *lua.LState, fn, name, value string) {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !tokenRune(r) }) {
		lualib.Raise(L, "%s: '%s' is no name of a header", fn, name)
	}
	if strings.ContainsAny(value, "\r\n\x00") {
		lualib.Raise(L, "%s: the value of '%s' holds a line end or a NUL", fn, name)
	}
}

func tokenRune(r rune) bool {
	return r > ' ' && r < 0x7f && !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}

// setStatus is txn.http:res_set_status(code[, reason]).
func (api *API) setStatus(L *lua.LState) int {
	status, reason := lualib.CheckInteger(L, 2), lualib.OptString(L, 3, "")
	if status < 100 || status > 999 {
		lualib.Raise(L, "res_set_status: the status must be 100 to 999, not %d", status)
	}
	e := api.editing(L, ofResponse, "set_status")
	e.status, e.reason = status, reason
	if !slices.Contains(Statuses, int(status)) {
		api.warnRule(L, "res_set_status: HAProxy needs a rule for the status "+lua.LNumber(status).String()+": see the manual, doc/haproxy-lua.md")
	}
	return 0
}

// publishHeaders sets the variables that the rules of HeaderRules and
// StatusRules read. Those of a run before are overwritten.
func (api *API) publishHeaders(L *lua.LState, d direction) {
	e := &api.run.edits[d]
	if e.lists != nil {
		api.publishLists(L, d.scope(), e.lists)
	}
	for i := range e.headers {
		h := &e.headers[i]
		name := VarOfHeader(h.name)
		api.write(L, d.scope(), delHeader+name, boolOrNull(h.del))
		api.write(L, d.scope(), setHeader+name, optional(h.to, h.set))
		values := h.values()
		if len(values) > maxRepeated {
			lualib.Raise(L, "%s: %d fields of '%s', the limit is %d", d.method("add_header"), len(values), h.name, maxRepeated)
		}
		for j := range max(1, len(values)) {
			v := spop.Null()
			if j < len(values) {
				v = spop.String(values[j])
			}
			api.write(L, d.scope(), numbered(addHeader+name, j), v)
		}
	}
	if e.status != 0 {
		api.write(L, d.scope(), setStatus, spop.Int64(e.status))
		if e.reason != "" {
			api.write(L, d.scope(), setReason, spop.String(e.reason))
		}
	}
}

func boolOrNull(b bool) spop.Value {
	if b {
		return spop.Bool(true)
	}
	return spop.Null()
}

// getHeaders is txn.http:req_get_headers(): lists that begin at 0, by the names
// in lower case.
func (api *API) getHeaders(L *lua.LState, d direction) int {
	v, ok := api.argument(api.message(L), d.source())
	if !ok {
		lualib.Raise(L, "%s: the message has no headers: args %s=%s", d.method("get_headers"), d.source(), d.source())
	}
	t := L.CreateTable(0, 8)
	for name, value := range headers(v.Bytes()) {
		name := lower(name)
		list, ok := t.RawGetString(name).(*lua.LTable)
		if !ok {
			list = L.CreateTable(2, 1)
			list.RawSetInt(0, lua.LString(value))
			t.RawSetString(name, list)
			continue
		}
		list.RawSetInt(list.Len()+1, lua.LString(value))
	}
	L.Push(t)
	return 1
}

// argument is an argument of the message, after the edits of this run.
func (api *API) argument(m *spop.Message, name string) (spop.Value, bool) {
	if api.run.edited {
		if v, ok := api.editedArgument(name); ok {
			return v, true
		}
	}
	return m.Arg(name)
}

func (api *API) editedArgument(name string) (spop.Value, bool) {
	for i := range api.run.edits {
		if e := &api.run.edits[i]; name == direction(i).source() && e.lines != nil {
			return spop.Binary(encodeHeaders(e.lines)), true
		}
	}
	return api.run.request.argument(name)
}
