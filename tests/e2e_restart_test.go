package tests

import (
	"context"
	"fmt"
	"net"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// traffic is a load that runs beside what a test does.
type traffic struct {
	cancel  context.CancelFunc
	running sync.WaitGroup
	report  *haproxy.Report
	err     error
	some    chan struct{} // closed when some requests are through
}

func startTraffic(t *testing.T, p *haproxy.Process, rate int) *traffic {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	tr := &traffic{cancel: cancel, some: make(chan struct{})}
	load := haproxy.Load{Addr: p.Addr(), Clients: 16, Rate: rate, Count: rate * 60, Record: []string{errorHeader, "x-answer"},
		Requests: func(n int) haproxy.Request {
			if n == rate/4 {
				close(tr.some)
			}
			return haproxy.Request{Path: "/policy"}
		}}
	tr.running.Go(func() { tr.report, tr.err = load.Run(ctx) })
	t.Cleanup(func() { cancel(); tr.running.Wait() })
	<-tr.some
	return tr
}

// stop ends the load and returns what became of it.
func (tr *traffic) stop(t *testing.T) *haproxy.Report {
	t.Helper()
	tr.cancel()
	tr.running.Wait()
	if tr.err != nil {
		t.Fatal(tr.err)
	}
	if failed := tr.report.Failed(); len(failed) > 0 {
		t.Errorf("requests without an answer: %s", tr.report)
	}
	return tr.report
}

// TestAgentRestart stops the agent under traffic and starts it again: no
// request hangs, every NOTIFY that HAProxy sent before the signal is answered
// by the policy, and no request goes wrong once the new process is up.
func TestAgentRestart(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		dir := folder(t, map[string]string{"policy.lua": answers})
		first := agent.Start(t, "--scripts", dir)
		tap := startTap(t, first.Addr)
		p := startEcho(t, version, tap.addr())
		tr := startTraffic(t, p, 1000)

		signal := time.Now()
		if code := first.Stop(); code != 0 {
			t.Errorf("exit code %d, want 0", code)
		}
		gone := time.Now()
		second := agent.Start(t, "--scripts", dir)
		tap.redirect(second.Addr)
		if err := p.WaitUp("agents"); err != nil {
			t.Fatal(err)
		}
		up := time.Now()
		for range 50 {
			send(t, get(t, p.URL()+"/policy"))
		}
		report := tr.stop(t)

		lost, strays := tap.all(func(x *tapped) bool { return x.acks != 1 })
		if strays != 0 {
			t.Errorf("%d ACKs belong to no NOTIFY", strays)
		}
		for _, x := range lost {
			if x.sent.Before(signal) || x.sent.After(up) || x.acks > 1 {
				t.Errorf("NOTIFY sent %s after the signal has %d ACKs", x.sent.Sub(signal), x.acks)
			}
		}
		during := 0
		for _, s := range report.Samples {
			wrong := s.Values != nil && (s.Values[0] != "" || s.Values[1] != "/policy")
			if wrong && (s.End.Before(signal) || s.Start.After(up)) {
				t.Errorf("request sent %s after the signal got %q", s.Start.Sub(signal), s.Values)
			}
			if wrong {
				during++
			}
		}
		t.Logf("HAProxy %s: %s; %d without a policy's answer while there was no agent (%s, drain %s); %d NOTIFYs crossed the DISCONNECTs",
			version, report, during, up.Sub(signal), gone.Sub(signal), len(lost))
	})
}

// gate is a server that answers nobody until it is opened.
type gate struct {
	net.Listener
	came chan net.Conn
}

func startGate(t *testing.T) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{Listener: l, came: make(chan net.Conn, 100)}
	go func() { // ends with the listener
		defer close(g.came)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			g.came <- c
		}
	}()
	t.Cleanup(g.open)
	return g
}

// open ends the connections of all who came.
func (g *gate) open() {
	g.Close()
	for c := range g.came {
		c.Close()
	}
}

// TestDrain stops the agent while slow handlers run: each request gets its
// policy's answer, and /readyz says that the agent is on its way out.
func TestDrain(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		g := startGate(t)
		slow := policy{name: "slow", show: []string{"%[var(txn.lua.answer)]"}, scripts: map[string]string{"slow.lua": fmt.Sprintf(`
			spoa.on("slow", function()
				local s = core.tcp()
				assert(s:connect("127.0.0.1", %d))
				s:receive("*a")
				set_var("txn.answer", "done")
			end)`, g.Addr().(*net.TCPAddr).Port)}}
		r := startRig(t, version, []policy{slow}, "--drain-timeout", "1m", "--egress", g.Addr().String())
		const requests = 6
		var running sync.WaitGroup
		for range requests {
			running.Go(func() {
				if got := send(t, get(t, r.proxy.URL()+"/slow")).header.Get("x-0"); got != "done" {
					t.Errorf("got %q, want the policy's answer", got)
				}
			})
		}
		waitFor(t, func() bool { return len(g.came) == requests }, func() string { return "not all handlers run" })
		if code := status(t, r.agent, "/readyz"); code != 200 {
			t.Errorf("/readyz before: got %d, want 200", code)
		}
		r.agent.Signal(syscall.SIGTERM)
		r.agent.WaitLog("stopping: answering what is in flight")
		waitFor(t, func() bool { return status(t, r.agent, "/readyz") == 503 }, func() string { return "/readyz never said 503" })
		if code := status(t, r.agent, "/healthz"); code != 200 {
			t.Errorf("/healthz: got %d, want 200", code)
		}
		g.open()
		running.Wait()
		if code := r.agent.Wait(); code != 0 {
			t.Errorf("exit code %d, want 0", code)
		}
	})
}

// TestHAProxyReload reloads HAProxy three times under traffic: no request is
// without an answer, and none has an error.
func TestHAProxyReload(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		a := agent.Start(t, "--scripts", folder(t, map[string]string{"policy.lua": answers}))
		p := startEcho(t, version, a.Addr)
		tr := startTraffic(t, p, 500)
		for range 3 {
			if err := p.Reload(); err != nil {
				t.Fatal(err)
			}
			send(t, get(t, p.URL()+"/"))
		}
		report := tr.stop(t)
		for _, s := range report.Samples {
			if s.Err == nil && (s.Values[0] != "" || s.Values[1] != "/policy") {
				t.Errorf("request %d got answer and error %q", s.N, s.Values)
			}
		}
		t.Logf("HAProxy %s: %s", version, report)
	})
}

// TestTakeOver starts the next agent at the same address before it stops the
// first one: no request is without its policy's answer, but for those that crossed
// the goodbye, which a busy machine has some of.
func TestTakeOver(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		dir := folder(t, map[string]string{"policy.lua": answers})
		first := agent.Start(t, "--scripts", dir, "--reuse-port")
		p := startEcho(t, version, first.Addr)
		tr := startTraffic(t, p, 500)
		agent.Start(t, "--scripts", dir, "--reuse-port", "--listen", first.Addr)
		if code := first.Stop(); code != 0 {
			t.Errorf("exit code %d, want 0", code)
		}
		for range 20 {
			send(t, get(t, p.URL()+"/policy"))
		}
		report := tr.stop(t)
		wrong := report.Select(func(s haproxy.Sample) bool {
			return s.Err == nil && !crossed(s) && (s.Values[0] != "" || s.Values[1] != "/policy")
		})
		if len(wrong) > 0 {
			t.Errorf("%d of %d requests have no policy's answer, the first one %q", len(wrong), len(report.Samples), wrong[0].Values)
		}
		t.Logf("HAProxy %s: %s", version, report)
	})
}
