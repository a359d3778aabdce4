package tests

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

const (
	// chaosRate is how many requests a second come all the time, over as many
	// connections: a request that waits holds up no other one.
	chaosRate = 300
	// chaosLate is how much later than HAProxy's timeout processing a client may
	// have its answer.
	chaosLate = time.Second
	// chaosRecovery is how soon requests have answers again when the agent is back.
	chaosRecovery = 3 * time.Second
)

// chaosFault is something that goes wrong again and again under load.
type chaosFault struct {
	name   string
	start  func(c *chaos)
	strike func(c *chaos)
	gap    time.Duration // between two strikes, in the full form
	quick  int           // strikes of the short form
	// lossy says that HAProxy is without an agent for a while: then its clients
	// get what is configured for that, and nothing else.
	lossy bool
	// goodbye says that agents end in peace. SPOP has no means against a NOTIFY
	// that HAProxy sends in the moment in which it is told goodbye: at most one
	// request is lost at each strike. Where other work keeps HAProxy from its
	// connections for longer than they have to be silent, there are more of these
	// moments: the short form counts other losses only.
	goodbye bool
}

var chaosFaults = []chaosFault{
	{name: "kill -9 and restart", start: startPlain, strike: killAgent, gap: 5 * time.Second, quick: 2, lossy: true},
	{name: "SIGSTOP for 2 s", start: startPlain, strike: freezeAgent, gap: 4 * time.Second, quick: 1, lossy: true},
	{name: "SIGTERM, the next one has the port already", start: startSharing, strike: takeOver, gap: 2 * time.Second, quick: 3, goodbye: true},
	{name: "SIGTERM, the next one gets the socket", start: startActivated, strike: restartActivated, gap: 2 * time.Second, quick: 3, goodbye: true},
	{name: "reload every 100 ms", start: startPlain, strike: saveRevision, gap: 100 * time.Millisecond, quick: 10},
	{name: "folder deleted and restored", start: startPlain, strike: deleteFolder, gap: time.Second, quick: 2},
	{name: "broken script saved", start: startPlain, strike: saveBroken, gap: time.Second, quick: 2},
	{name: "symlink swapped", start: startLinked, strike: swapLink, gap: 500 * time.Millisecond, quick: 4},
	{name: "HAProxy reloads", start: startPlain, strike: reloadHAProxy, gap: 5 * time.Second, quick: 2},
}

// chaos is HAProxy under load in front of an agent that is in trouble.
type chaos struct {
	t        *testing.T
	agent    *agent.Process
	proxy    *haproxy.Process
	dir      string // of the scripts
	addr     string
	timeout  time.Duration
	full     bool     // each fault goes on for a minute
	socket   *os.File // passed to the agent, where it is
	revision int      // of the policy
	began    atomic.Int64
	outages  []outage
}

// timeout is HAProxy's timeout processing. Where no answer may be missing it
// leaves room for what else the machine does.
func (f *chaosFault) timeout() time.Duration {
	if f.lossy {
		return time.Second
	}
	return 10 * time.Second
}

// outage is the time of a strike: from over on the agent is as it should be.
type outage struct{ begin, over time.Time }

// TestChaos makes everything go wrong that an agent can survive, again and
// again, behind every version of HAProxy and under a fixed rate of requests. No
// answer is ever wrong, and only where the agent itself is gone are there requests
// with HAProxy's error variable. SPOA_LUA_FULL=1 in the environment lets each fault
// go on for a minute, and looks for late answers too.
func TestChaos(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		for _, f := range chaosFaults { // one after the other: each has the machine's attention
			t.Run(f.name, func(t *testing.T) { runChaos(t, version, f) })
		}
	})
}

func runChaos(t *testing.T, version string, f chaosFault) {
	c := &chaos{t: t, dir: filepath.Join(t.TempDir(), "scripts"), timeout: f.timeout(), full: os.Getenv("SPOA_LUA_FULL") != ""}
	f.start(c)
	c.proxy = c.startHAProxy(version)
	load := haproxy.Load{Addr: c.proxy.Addr(), Clients: chaosRate, Rate: chaosRate, Count: chaosRate * 300, Record: []string{errorHeader, "x-answer"},
		Requests: func(n int) haproxy.Request {
			c.began.Store(int64(n))
			return haproxy.Request{Path: chaosPath(n)}
		}}
	stop := c.send(load)
	c.await(chaosRate / 3)
	for n, began := 0, time.Now(); ; n++ {
		if c.full && time.Since(began) > time.Minute || !c.full && n == f.quick {
			break
		}
		o := outage{begin: time.Now()}
		f.strike(c)
		o.over = time.Now()
		c.outages = append(c.outages, o)
		gap := f.gap
		if !c.full {
			gap = min(gap, 300*time.Millisecond)
		}
		c.await(int(gap * chaosRate / time.Second))
	}
	c.await(chaosRate / 3)
	c.check(version, f, stop())
}

func chaosPath(n int) string { return "/r/" + strconv.Itoa(n) }

// startHAProxy starts it with the template "echo", which sends one message for
// each request and shows what the agent and HAProxy say of it.
func (c *chaos) startHAProxy(version string) *haproxy.Process {
	config := haproxy.Template(c.t, "echo")
	config.Version, config.WaitUp = version, []string{"agents"}
	config.Vars = map[string]string{"AGENT_ADDR": c.addr}
	// The template gives an agent up that is gone for 50 ms. This is what
	// HAProxy's default comes to, 6 s: a restart behind a socket may take 2 s of
	// them for the goodbye of the old agent.
	config.CFG = replaceOnce(c.t, config.CFG, "inter 500ms fastinter 50ms downinter 50ms rise 1 fall 2", "inter 1s downinter 50ms rise 1 fall 6")
	config.Files["spoe.conf"] = replaceOnce(c.t, config.Files["spoe.conf"], "timeout processing 20s", "timeout processing "+c.timeout.String())
	return haproxy.Start(c.t, config)
}

// send begins the load. The function that it returns ends it.
func (c *chaos) send(load haproxy.Load) (stop func() *haproxy.Report) {
	done := make(chan struct{})
	var once sync.Once
	ctx, cancel := context.WithCancel(c.t.Context())
	var report *haproxy.Report
	var err error
	go func() { // ends with ctx
		defer close(done)
		report, err = load.Run(ctx)
	}()
	end := func() { once.Do(func() { cancel(); <-done }) }
	c.t.Cleanup(end)
	return func() *haproxy.Report {
		end()
		if err != nil {
			c.t.Fatal(err)
		}
		return report
	}
}

// await waits until that many more requests have begun.
func (c *chaos) await(requests int) {
	c.t.Helper()
	until := c.began.Load() + int64(requests)
	waitFor(c.t, func() bool { return c.began.Load() >= until }, func() string { return "the load does not go on" })
}

func (c *chaos) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// chaosCount is what became of the requests.
type chaosCount struct {
	requests, answered, errored, onError, late, wrong, failed int

	slowest  time.Duration
	recovery time.Duration // from the end of an outage to the last request that still felt it
	crossed  int           // requests whose connection to the agent ended: part of errored
	outside  int           // requests without an answer long after the end of an outage
	first    string        // the first of the wrong ones
}

// check counts what became of the requests, and wants what f allows.
func (c *chaos) check(version string, f chaosFault, report *haproxy.Report) {
	c.t.Helper()
	n := c.count(report)
	c.t.Logf("| %s | %s | %d | %d | %d | %d | %d | %d | %d strikes; 99%% within %s, slowest %s; recovery %s |", version, f.name,
		n.requests, n.answered, n.errored, n.onError, n.late, n.wrong+n.failed, len(c.outages),
		report.Quantile(0.99).Round(time.Millisecond), n.slowest.Round(time.Millisecond), n.recovery.Round(time.Millisecond))
	if n.answered == 0 || n.failed > 0 || n.wrong > 0 {
		c.t.Errorf("%d right answers, %d requests failed, %d answers are wrong; the first one: %s", n.answered, n.failed, n.wrong, n.first)
	}
	lost := n.errored + n.onError
	if f.goodbye && (n.crossed <= len(c.outages) || !c.full) {
		lost -= n.crossed
	}
	if lost > 0 && !f.lossy {
		c.t.Errorf("%d requests without the policy's answer, want none: %s", lost, n.first)
	}
	if c.full && n.late+n.outside > 0 {
		c.t.Errorf("%d answers are late; %d requests had none later than %s after the agent was back", n.late, n.outside, chaosRecovery)
	}
	c.wantNewest()
}

// wantNewest waits until the last revision answers.
func (c *chaos) wantNewest() {
	c.t.Helper()
	want, got := fmt.Sprintf("%d/", c.revision), ""
	waitFor(c.t, func() bool {
		got = sendAny(c.t, get(c.t, c.proxy.URL()+"/")).header.Get("x-answer")
		return strings.HasPrefix(got, want)
	}, func() string { return fmt.Sprintf("at the end: got %q, want revision %d", got, c.revision) })
}

// count judges every request. An answer is right when it is that of the request,
// of one policy as a whole, and of none older than one that had already answered
// when the request was sent.
func (c *chaos) count(report *haproxy.Report) chaosCount {
	n := chaosCount{requests: len(report.Samples)}
	note := func(s haproxy.Sample, what string) {
		if n.first == "" {
			n.first = fmt.Sprintf("%s: %s got status %d, answer and error %q, %v after %s, sent %s after the strike before",
				what, chaosPath(s.N), s.Status, s.Values, s.Err, s.Took(), c.sinceStrike(s))
		}
	}
	live := liveRevisions(report.Samples)
	for i, s := range report.Samples {
		n.slowest = max(n.slowest, s.Took())
		if s.Took() > c.timeout+chaosLate {
			n.late++
			note(s, "late")
		}
		switch {
		case s.Err != nil || s.Status != 200:
			n.failed++
			note(s, "failed")
		case s.Values[0] == "" && rightAnswer(s, live[i]):
			n.answered++
		case s.Values[0] != "" && s.Values[1] == "":
			n.errored++
			if crossed(s) {
				n.crossed++
			}
			note(s, "error variable")
			c.noteLoss(&n, s)
		case s.Values[0] == "" && s.Values[1] == "on_error":
			n.onError++
			note(s, "on_error")
			c.noteLoss(&n, s)
		default:
			n.wrong++
			note(s, "wrong")
		}
	}
	return n
}

// crossed reports whether HAProxy was told goodbye when it had just asked: its
// error is then 256 and the status of the DISCONNECT.
func crossed(s haproxy.Sample) bool {
	return s.Err == nil && (s.Values[0] == "256" || s.Values[0] == "257")
}

func liveRevisions(samples []haproxy.Sample) []int { return liveBy(samples, revisionOf) }

// liveBy returns for each sample the newest revision that had answered some
// request by the time at which it was sent. The samples are in the order in which
// they were sent; revisionOf tells which revision answered one.
func liveBy(samples []haproxy.Sample, revisionOf func(haproxy.Sample) int) []int {
	ended := slices.SortedFunc(slices.Values(samples), func(a, b haproxy.Sample) int { return a.End.Compare(b.End) })
	live := make([]int, len(samples))
	newest, next := 0, 0
	for i, s := range samples {
		for ; next < len(ended) && ended[next].End.Before(s.Start); next++ {
			newest = max(newest, revisionOf(ended[next]))
		}
		live[i] = newest
	}
	return live
}

func revisionOf(s haproxy.Sample) (revision int) {
	if s.Err == nil {
		if m := chaosAnswer.FindStringSubmatch(s.Values[1]); m != nil {
			revision, _ = strconv.Atoi(m[1])
		}
	}
	return revision
}

var chaosAnswer = regexp.MustCompile(`^(\d+)/(\d+|-) (/r/\d+)$`)

// rightAnswer judges the answer to a request that was sent when the revision
// live had answered already.
func rightAnswer(s haproxy.Sample, live int) bool {
	m := chaosAnswer.FindStringSubmatch(s.Values[1])
	if m == nil || m[3] != chaosPath(s.N) || m[2] != "-" && m[2] != m[1] {
		return false
	}
	revision, err := strconv.Atoi(m[1])
	return err == nil && revision >= live
}

// noteLoss adds a request without an answer to the time of recovery.
func (c *chaos) noteLoss(n *chaosCount, s haproxy.Sample) {
	var last outage
	for _, o := range c.outages {
		if o.begin.Before(s.End) {
			last = o
		}
	}
	after := s.Start.Sub(last.over)
	n.recovery = max(n.recovery, after)
	if after > chaosRecovery {
		n.outside++
	}
}

func (c *chaos) sinceStrike(s haproxy.Sample) time.Duration {
	var last time.Time
	for _, o := range c.outages {
		if !o.begin.After(s.Start) {
			last = o.begin
		}
	}
	if last.IsZero() {
		return 0
	}
	return s.Start.Sub(last)
}

// TestChaosAnswers shows which answers TestChaos takes for right.
func TestChaosAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer string
		want   bool
	}{
		{name: "the revision that is live", answer: "7/- /r/3", want: true},
		{name: "a newer one", answer: "8/8 /r/3", want: true},
		{name: "an older one", answer: "6/- /r/3"},
		{name: "half of one and half of another", answer: "8/7 /r/3"},
		{name: "that of another request", answer: "7/- /r/4"},
		{name: "a broken script's", answer: "broken"},
		{name: "none", answer: ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := haproxy.Sample{N: 3, Status: 200, Values: []string{"", tt.answer}}
			if got := rightAnswer(s, 7); got != tt.want {
				t.Errorf("%q: got %t, want %t", tt.answer, got, tt.want)
			}
		})
	}
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	live := liveRevisions([]haproxy.Sample{
		{Start: at(1), End: at(5), Values: []string{"", "2/- /r/0"}},
		{Start: at(2), End: at(3), Values: []string{"", "1/- /r/1"}},
		{Start: at(4), End: at(6), Values: []string{"", "2/- /r/2"}},
		{Start: at(7), End: at(8), Values: []string{"", "2/- /r/3"}},
	})
	if want := []int{0, 0, 1, 2}; !slices.Equal(live, want) {
		t.Errorf("live revisions: got %v, want %v", live, want)
	}
}
