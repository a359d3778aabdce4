package luabind

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// TestHAProxyReplyTooBig sends replies that just fit, and that do not.
func TestHAProxyReplyTooBig(t *testing.T) {
	got, err := inAction(t, `txn:done{status = 403, body = ("x"):rep(16300)}`)
	if err != nil || !slices.Contains(got, "set-var txn.reply int64:403") {
		t.Errorf("got %d actions, %v, want the reply", len(got), err)
	}
	got, err = inAction(t, `txn:set_var("txn.a", 1) txn:done{status = 403, headers = {a = {"b"}}, body = ("x"):rep(20000)}`)
	if !errors.Is(err, spop.ErrTooBig) || !strings.Contains(err.Error(), "txn:done: reply of 20002 bytes exceeds the SPOE frame (max 16") {
		t.Errorf("got error %v", err)
	}
	if want := []string{"unset-var txn.act", "set-var txn.a int64:1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want nothing of the reply", got)
	}
}

// TestHAProxyEdits checks the variables that the rules read.
func TestHAProxyEdits(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`h:req_set_header("X-A", "1")`, "unset-var req.delhdr_x_a set-var req.hdr_x_a str:1 unset-var req.addhdr_x_a"},
		{`h:req_del_header("x-a")`, "set-var req.delhdr_x_a bool:true unset-var req.hdr_x_a unset-var req.addhdr_x_a"},
		{`h:req_add_header("x-a", 1) h:req_add_header("X-A", "b")`, "unset-var req.delhdr_x_a unset-var req.hdr_x_a set-var req.addhdr_x_a str:1, b"},
		{`h:req_set_header("x-a", "1") h:req_del_header("x-a") h:req_add_header("x-a", "2")`, "set-var req.delhdr_x_a bool:true unset-var req.hdr_x_a set-var req.addhdr_x_a str:2"},
		{`h:req_set_path("/a") h:req_set_uri("/b") error("x")`, "set-var req.set_uri str:/b unset-var req.set_path unset-var req.set_query"},
		{`txn:set_mark(7) txn:set_priority_class(9999)`, "set-var txn.set_fc_mark int64:7 set-var txn.set_priority_class int64:2047"},
	} {
		got, _ := inAction(t, `local h = txn.http `+c.body)
		if text := strings.Join(got[1:], " "); text != c.want {
			t.Errorf("%s: got %s, want %s", c.body, text, c.want)
		}
	}
}

// TestHAProxyHeaderWarning warns of names that no script writes out, once, with
// the rules that they need and the line that makes them.
func TestHAProxyHeaderWarning(t *testing.T) {
	var log strings.Builder
	p := &Program{Log: slog.New(slog.NewTextHandler(&log, nil))}
	vm := newTestVM(t, p, `core.register_action("a", {"http-req"}, function(txn)
		txn.http:req_set_header("x-known", 1)
		for i = 1, 2 do txn.http:req_set_header("x-" .. i % 2, 1) end
		local reply = txn:reply{status = 200}
		reply:add_header("x-known", "1")
		reply:add_header("x-reply" .. 1, "1")
		txn:done(reply)
	end)`)
	for range 2 {
		if _, err := exchangeAt(t, vm, slices.Index(vm.Messages(), "a"), newMessage(t, "a")); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(log.String(), "is made at run time"); n != 3 || strings.Contains(log.String(), "x-known") {
		t.Errorf("got %d warnings, want one of each of x-1, x-0 and x-reply1:\n%s", n, log.String())
	}
	for _, want := range []string{
		`http-request del-header x-1 if { var(req.PREFIX.delhdr_x_1) -m bool }; http-request set-header x-1 `,
		`http-after-response set-header x-reply1 \"%[var(txn.PREFIX.reply_hdr_x_reply1)]\" if { var(txn.PREFIX.reply_hdr_x_reply1) -m found }" script=t.lua line=7`,
		"line=3\n",
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has no %s:\n%s", want, log.String())
		}
	}
}
