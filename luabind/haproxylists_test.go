package luabind

import (
	"encoding/hex"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// wantLists is the argument that asks for lists of headers.
var wantLists = spop.Arg{Name: []byte("headers-bin"), Value: spop.Bool(true)}

// headerListOf is what HAProxy 3.4 takes: each text behind its length, and empty
// ones at the end.
func headerListOf(ends int, texts ...string) string {
	var b []byte
	for _, text := range append(texts, make([]string, ends)...) {
		b = append(spop.AppendVarint(b, uint64(len(text))), text...)
	}
	return "bin:" + hex.EncodeToString(b)
}

func deletes(names ...string) string { return headerListOf(1, names...) }
func adds(fields ...string) string   { return headerListOf(2, fields...) }

// TestHAProxyHeaderLists checks what rules for HAProxy 3.4 read.
func TestHAProxyHeaderLists(t *testing.T) {
	came := append(spop.AppendVarint(nil, 3), "x-r"...)
	came = append(append(spop.AppendVarint(came, 2), "ab"...), 0, 0)
	long := strings.Repeat("x", 300) // a length of two bytes
	for _, c := range []struct{ body, want string }{
		{`h:req_set_header("X-A", "1")`, "set-var req.headers_del " + deletes("X-A") + " set-var req.headers_add " + adds("X-A", "1")},
		{`h:req_del_header("x-" .. 1)`, "set-var req.headers_del " + deletes("x-1") + " unset-var req.headers_add"},
		{
			`h:req_add_header("x-a", 1) h:req_add_header("b", "2") h:req_add_header("X-A", "3")`,
			"unset-var req.headers_del set-var req.headers_add " + adds("x-a", "1", "b", "2", "X-A", "3"),
		},
		{
			`h:req_set_header("x-a", "1") h:req_add_header("b", "") h:req_del_header("X-A") h:req_add_header("x-a", "2")`,
			"set-var req.headers_del " + deletes("x-a") + " set-var req.headers_add " + adds("b", "", "x-a", "2"),
		},
		{
			`h:req_add_header("x-r", "ac") h:req_rep_header("X-R", "a(.)", "\\1")`,
			"set-var req.headers_del " + deletes("X-R") + " set-var req.headers_add " + adds("X-R", "b", "X-R", "c"),
		},
		{`h:req_set_header("a", "` + long + `")`, "set-var req.headers_del " + deletes("a") + " set-var req.headers_add " + adds("a", long)},
		{`h:req_set_path("/a")`, "unset-var req.set_uri set-var req.set_path str:/a unset-var req.set_query"},
		{
			`txn:done{status = 403, headers = {["Set-Cookie"] = {"a", "b", "c", "d", "e"}}}`,
			"set-var txn.reply int64:403 set-var txn.reply_headers " +
				adds("Set-Cookie", "a", "Set-Cookie", "b", "Set-Cookie", "c", "Set-Cookie", "d", "Set-Cookie", "e"),
		},
		{`txn:done{status = 403, body = "no"}`, "set-var txn.reply int64:403 set-var txn.reply_body str:no set-var txn.reply_headers " + adds()},
	} {
		got, err := inAction(t, `local h = txn.http `+c.body, wantLists, spop.Arg{Name: []byte("req.hdrs_bin"), Value: spop.Binary(came)})
		if text := strings.Join(got[1:], " "); text != c.want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", c.body, text, err, c.want)
		}
	}
}

// TestHAProxyHeaderListsOfResponse edits the answer of a server.
func TestHAProxyHeaderListsOfResponse(t *testing.T) {
	got, err := inActionOf(t, "http-res", `txn.http:res_set_header("a", "1")`, wantLists)
	if want := []string{"unset-var txn.act", "set-var res.headers_del " + deletes("a"), "set-var res.headers_add " + adds("a", "1")}; !slices.Equal(got, want) || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// TestHAProxyHeaderListsRefused is for messages that do not ask for lists.
func TestHAProxyHeaderListsRefused(t *testing.T) {
	for _, v := range []spop.Value{spop.Bool(false), spop.Null(), spop.String("yes")} {
		got, err := inAction(t, `txn.http:req_del_header("a")`, spop.Arg{Name: []byte("headers-bin"), Value: v})
		if !slices.Contains(got, "set-var req.delhdr_a bool:true") || err != nil {
			t.Errorf("headers-bin is %v: got %q, %v", v, got, err)
		}
	}
}

// TestHAProxyHeaderListsTooBig publishes both lists or none.
func TestHAProxyHeaderListsTooBig(t *testing.T) {
	got, err := inAction(t, `txn.http:req_set_header("a", ("x"):rep(20000))`, wantLists)
	if want := []string{"unset-var txn.act"}; !slices.Equal(got, want) || !errors.Is(err, spop.ErrTooBig) {
		t.Errorf("got %q, %v, want nothing but %q", got, err, want)
	}
}

// TestHAProxyHeaderListsWarnOfNothing makes names at run time, which need no rules.
func TestHAProxyHeaderListsWarnOfNothing(t *testing.T) {
	var log strings.Builder
	vm := newTestVM(t, &Program{Log: slog.New(slog.NewTextHandler(&log, nil))}, `core.register_action("a", {"http-req"}, function(txn)
		txn.http:req_set_header("x-" .. 1, 1)
		txn:done{status = 200, headers = {["x-" .. 2] = {"1"}}}
	end)`)
	if _, err := exchangeAt(t, vm, slices.Index(vm.Messages(), "a"), newMessage(t, "a", wantLists)); err != nil || log.Len() > 0 {
		t.Errorf("got %v and the log %s", err, log.String())
	}
}
