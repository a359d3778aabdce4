package haproxy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ActVariable is the variable of the scope txn that tells what an action has returned.
const ActVariable = actName

// The variables that tell what a script wants HAProxy to do, behind the scope
// and the prefix. Those of a reply and of the stream are in the scope txn, those
// of edits in req or res.
const (
	actName      = "act"            // what an action returned
	replyName    = "reply"          // the status of txn:done, 0 without a reply
	replyReason  = "reply_reason"   // its reason, when it is not the usual one
	replyBody    = "reply_body"     // its body
	replyType    = "reply_ctype"    // its content-type
	replyPlace   = "reply_location" // its location
	replyHeader  = "reply_hdr_"     // and in front of the names of the others
	setHeader    = "hdr_"           // in front of the name of a header to set
	addHeader    = "addhdr_"        // to add
	delHeader    = "delhdr_"        // to delete
	setMethod    = "set_method"
	setPath      = "set_path"
	setQuery     = "set_query"
	setURI       = "set_uri"
	setStatus    = "set_status"
	setReason    = "set_reason"
	setLogLevel  = "set_loglevel"
	setMark      = "set_fc_mark"
	setTOS       = "set_fc_tos"
	setPrioClass = "set_priority_class"
	setPrioShift = "set_priority_offset"
)

// Those that HAProxy 3.4 takes in the place of the ones for each header.
const (
	deletedHeaders = "headers_del"   // the names of the headers to delete
	addedHeaders   = "headers_add"   // the headers to add
	replyHeaders   = "reply_headers" // those of a reply
)

// Statuses are those that ReplyRules and StatusRules have a rule for: HAProxy
// takes a status as a number in its configuration only. It must not be changed.
var Statuses = []int{200, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 429, 500, 503}

// maxRepeated is how many header fields of one name a script can add when their
// values cannot share one, as those of Set-Cookie cannot.
const maxRepeated = 4

// repeated reports whether the values of a header cannot be joined by commas.
func repeated(name string) bool { return lower(name) == "set-cookie" }

// VarOfHeader returns the part of a variable's name that stands for a header:
// lower case, and _ for what a variable's name cannot hold.
func VarOfHeader(name string) string {
	return strings.ReplaceAll(varOf(lower(name)), ".", "_")
}

// ruleset writes rules of one direction for one version.
type ruleset struct {
	prefix   string
	response bool
	list     []string
}

// variable is its full name, in HAProxy's words.
func (r *ruleset) variable(scope, name string) string {
	return "var(" + scope + "." + r.prefix + "." + name + ")"
}

// edit is the scope of what is edited.
func (r *ruleset) edit() string {
	if r.response {
		return "res"
	}
	return "req"
}

func (r *ruleset) section() string {
	if r.response {
		return "http-response"
	}
	return "http-request"
}

// is adds a rule for when a variable is one of the numbers.
func (r *ruleset) is(action, variable string, numbers string) {
	r.list = append(r.list, fmt.Sprintf("%s %s if { %s -m int %s }", r.section(), action, variable, numbers))
}

// found adds a rule for when a variable is set.
func (r *ruleset) found(action, variable string) {
	r.list = append(r.list, fmt.Sprintf("%s %s if { %s -m found }", r.section(), action, variable))
}

// VerdictRules returns the rules that make true what an action returned. They
// belong behind the other rules of a group, in the order given: the first one
// ends the evaluation. The prefix is that of option var-prefix; the version is
// HAProxy's, such as "3.0"; response asks for rules of http-response.
func VerdictRules(prefix, _ string, response bool) []string {
	r := &ruleset{prefix: prefix, response: response}
	act := r.variable("txn", actName)
	r.is("allow", act, "1")
	r.is("deny deny_status 500", act, "3")
	if response {
		r.is("silent-drop", act, "4 6")
		r.is("deny deny_status 502", act, "5 7")
		return r.list
	}
	r.is("reject", act, "4 6")
	r.is("deny", act, "5")
	r.is("deny deny_status 400", act, "7")
	return r.list
}

// ReplyRules returns the rules that send the reply of txn:done, one for each of
// Statuses, and then those of http-after-response that give it its headers: its
// type, its location, and the names given. A header with several values, such as
// Set-Cookie, has several rules. Before 3.1 HAProxy writes the ends of lines in
// the body as %0D and %0A. The other parameters are those of VerdictRules; for
// messages with HeaderListArgument the version is 3.4 or later.
func ReplyRules(prefix, version string, response bool, headers []string) []string {
	r := &ruleset{prefix: prefix, response: response}
	reply := r.variable("txn", replyName)
	if response {
		r.is("silent-drop", reply, "0")
	} else {
		r.is("reject", reply, "0")
	}
	for _, status := range Statuses {
		body := fmt.Sprintf(` content-type text/plain lf-string "%%[%s]"`, r.variable("txn", replyBody))
		if status == 204 {
			body = "" // HAProxy refuses the configuration otherwise
		}
		r.is(fmt.Sprintf("return status %d%s", status, body), reply, strconv.Itoa(status))
	}
	return append(r.list, ReplyHeaderRules(prefix, version, headers)...)
}

// ReplyHeaderRules returns the part of ReplyRules that is of http-after-response.
// It stands once in a frontend or backend, whatever number of groups there is, and
// does nothing more when it has run in another one. From 3.4 on it is for all
// headers.
func ReplyHeaderRules(prefix, version string, headers []string) []string {
	r := &ruleset{prefix: prefix}
	if HasHeaderLists(version) {
		v := r.variable("txn", replyHeaders)
		return []string{
			fmt.Sprintf("http-after-response del-header content-type if { %s -m found }", v),
			fmt.Sprintf("http-after-response add-headers-bin %s if { %[1]s -m found }", v),
			fmt.Sprintf("http-after-response unset-%s if { %[1]s -m found }", v),
		}
	}
	var list []string
	rule := func(action, name, variable string) {
		v := r.variable("txn", variable)
		list = append(list, fmt.Sprintf(`http-after-response %s %s "%%[%s]" if { %s -m found }`, action, name, v, v))
	}
	reply, ctype := r.variable("txn", replyName), r.variable("txn", replyType)
	list = append(list, fmt.Sprintf("http-after-response del-header content-type if { %s -m found } !{ %s -m found }", reply, ctype))
	rule("set-header", "content-type", replyType)
	rule("set-header", "location", replyPlace)
	for _, name := range headers {
		if slices.Contains([]string{"content-type", "location", "content-length"}, lower(name)) {
			continue
		}
		rule("set-header", name, replyHeader+VarOfHeader(name))
		for i := 2; repeated(name) && i <= maxRepeated; i++ {
			rule("add-header", name, replyHeader+VarOfHeader(name)+"_"+strconv.Itoa(i))
		}
	}
	return list
}

// HeaderRules returns the rules that apply what txn.http has done to the headers
// of these names. They belong behind each group, in front of the other rules.
// What was added is forgotten then, so that the rules behind the next group do
// not add it again. The other parameters are those of VerdictRules. From 3.4 on
// they are for all headers, and their messages need HeaderListArgument.
func HeaderRules(prefix, version string, response bool, names []string) []string {
	r := &ruleset{prefix: prefix, response: response}
	if HasHeaderLists(version) {
		r.lists()
		return r.list
	}
	for _, name := range names {
		v := VarOfHeader(name)
		r.list = append(r.list, fmt.Sprintf("%s del-header %s if { %s -m bool }", r.section(), name, r.variable(r.edit(), delHeader+v)))
		set := r.variable(r.edit(), setHeader+v)
		r.found(fmt.Sprintf(`set-header %s "%%[%s]"`, name, set), set)
		r.add(name, addHeader+v)
		for i := 2; repeated(name) && i <= maxRepeated; i++ {
			r.add(name, addHeader+v+"_"+strconv.Itoa(i))
		}
	}
	return r.list
}

// lists adds the rules for headers of any names.
func (r *ruleset) lists() {
	for _, part := range []struct{ action, name string }{{"del-headers-bin", deletedHeaders}, {"add-headers-bin", addedHeaders}} {
		v := r.variable(r.edit(), part.name)
		r.found(part.action+" "+v, v)
		r.found("unset-"+v, v)
	}
}

func (r *ruleset) add(name, short string) {
	v := r.variable(r.edit(), short)
	r.found(fmt.Sprintf(`add-header %s "%%[%s]"`, name, v), v)
	r.found("unset-"+v, v)
}

// RequestRules returns the rules that apply txn.http:req_set_method and the
// like. They belong beside HeaderRules.
func RequestRules(prefix, _ string) []string {
	r := &ruleset{prefix: prefix}
	for _, part := range []struct{ action, name string }{
		{"set-method", setMethod}, {"set-uri", setURI}, {"set-path", setPath}, {"set-query", setQuery},
	} {
		v := r.variable("req", part.name)
		r.found(fmt.Sprintf(`%s "%%[%s]"`, part.action, v), v)
	}
	return r.list
}

// StatusRules returns the rules that apply txn.http:res_set_status, one for
// each of Statuses. A reason of the script's own needs a rule of the operator's.
func StatusRules(prefix, _ string) []string {
	r := &ruleset{prefix: prefix, response: true}
	for _, status := range Statuses {
		r.is(fmt.Sprintf("set-status %d", status), r.variable("res", setStatus), strconv.Itoa(status))
	}
	return r.list
}

// StreamRules returns the rules that apply txn:set_loglevel, set_fc_mark,
// set_fc_tos, set_priority_class and set_priority_offset. HAProxy before 3.0
// takes marks and types of service as numbers in its configuration only: there
// are no rules for them then. The parameters are those of VerdictRules.
func StreamRules(prefix, version string, response bool) []string {
	r := &ruleset{prefix: prefix, response: response}
	r.is("set-log-level silent", r.variable("txn", setLogLevel), "-- -1")
	for i, level := range []string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"} {
		r.is("set-log-level "+level, r.variable("txn", setLogLevel), strconv.Itoa(i))
	}
	names := []string{setMark, setTOS}
	if !atLeast(version, 3, 0) {
		names = nil
	}
	if !response {
		names = append(names, setPrioClass, setPrioShift)
	}
	for _, name := range names {
		v := r.variable("txn", name)
		r.found(strings.ReplaceAll(name, "_", "-")+" "+v, v)
	}
	return r.list
}

// atLeast compares a version such as "3.0.11".
func atLeast(version string, major, minor int) bool {
	var a, b int
	if _, err := fmt.Sscanf(version, "%d.%d", &a, &b); err != nil {
		return true
	}
	return a > major || a == major && b >= minor
}
