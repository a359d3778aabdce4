package tests

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// policy is one thing that a script may do, and what HAProxy makes of it. The
// request for the path "/NAME" sends the message NAME with args.
type policy struct {
	name    string
	scripts map[string]string // by file name; nil for a message without handler
	args    string            // of the message, "path=path" when empty
	rules   []string          // what HAProxy does before it asks
	event   []string          // messages that an event sends, instead of a group
	body    string            // of the request

	show    []string // what HAProxy shows in its answer, as log-formats
	want    []string // and how it looks then
	actions []string // of the ACK
	log     logLine  // what the agent logs
}

// logLine is a line of the agent's log, one of its attributes, and what that
// contains.
type logLine struct{ msg, attr, text string }

// rig is HAProxy, a tap and an agent that run the policies of a table.
type rig struct {
	agent *agent.Process
	tap   *tap
	proxy *haproxy.Process
	dir   string
}

// startRig starts one HAProxy and one agent for all policies.
func startRig(tb testing.TB, version string, policies []policy, flags ...string) *rig {
	tb.Helper()
	r := &rig{dir: tb.TempDir()}
	for _, p := range policies {
		for name, text := range p.scripts {
			write(tb, r.dir, name, text)
		}
	}
	r.agent = agent.Start(tb, append([]string{"--scripts", r.dir}, flags...)...)
	r.tap = startTap(tb, r.agent.Addr)
	c := echoOf(policies).Config()
	c.Version, c.WaitUp = version, []string{"agents"}
	c.Vars = map[string]string{"AGENT_ADDR": r.tap.addr()}
	r.proxy = haproxy.Start(tb, c)
	return r
}

// echoOf writes HAProxy's configuration: a group, a rule that sends it and an
// answer for each policy.
func echoOf(policies []policy) haproxy.Echo {
	var messages, groups, sections, rules []string
	for _, p := range policies {
		when := " if { path /" + p.name + " }"
		for _, rule := range p.rules {
			rules = append(rules, rule+when)
		}
		if p.event == nil {
			groups = append(groups, "g-"+p.name)
			rules = append(rules, "http-request send-spoe-group lua g-"+p.name+when)
			sections = append(sections, message(p.name, p.args, ""), "spoe-group g-"+p.name+"\n  messages "+p.name+"\n")
		}
		for _, name := range p.event {
			messages = append(messages, name)
			sections = append(sections, message(name, p.args, "  event on-frontend-http-request"+when+"\n"))
		}
		answer := "http-request return status 200 content-type text/plain string ok hdr " + errorHeader + ` "%[var(txn.lua.error)]"`
		for i, format := range p.show {
			answer += fmt.Sprintf(` hdr x-%d "%s"`, i, format)
		}
		rules = append(rules, answer+when)
	}
	spoe := "[lua]\nspoe-agent lua\n"
	if messages != nil {
		spoe += "  messages " + strings.Join(messages, " ") + "\n"
	}
	if groups != nil {
		spoe += "  groups " + strings.Join(groups, " ") + "\n"
	}
	spoe += spoeOptions + strings.Join(sections, "\n")
	return haproxy.Echo{SPOE: spoe, Rules: rules}
}

const spoeOptions = `  option var-prefix lua
  option set-on-error error
  option continue-on-error
  option force-set-var
  timeout hello 20s
  timeout idle 30s
  timeout processing 20s
  use-backend agents

`

func message(name, args, event string) string {
	if args == "" {
		args = "path=path"
	}
	return "spoe-message " + name + "\n  args " + args + "\n" + event
}

// run sends the request of p and checks what it says.
func (r *rig) run(t *testing.T, p policy) {
	t.Helper()
	req := get(t, r.proxy.URL()+"/"+p.name)
	if p.body != "" {
		req = post(t, r.proxy.URL()+"/"+p.name, p.body)
	}
	got := send(t, req)
	for i, want := range p.want {
		if v := got.header.Get(fmt.Sprintf("x-%d", i)); v != want {
			t.Errorf("%s: got %q, want %q", p.show[i], v, want)
		}
	}
	names := p.event
	if names == nil {
		names = []string{p.name}
	}
	x := r.tap.last(t, names[0])
	if x.acks != 1 {
		t.Errorf("got %d ACKs for the NOTIFY with %q, want 1", x.acks, x.messages)
	}
	if !slices.Equal(x.messages, names) {
		t.Errorf("HAProxy sent %q in one NOTIFY, want %q", x.messages, names)
	}
	if actions := x.actions(t); p.actions != nil && !slices.Equal(actions, p.actions) {
		t.Errorf("ACK holds\n%s\nwant\n%s", strings.Join(actions, "\n"), strings.Join(p.actions, "\n"))
	}
	if p.log.msg != "" {
		wantLog(t, r.agent, 0, p.log.msg, p.log.attr, p.log.text)
	}
}
