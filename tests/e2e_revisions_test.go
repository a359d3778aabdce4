package tests

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

const (
	// loadRate is offered to HAProxy while the policy is saved.
	loadRate = 2200
	// saveEvery is the time between two saves.
	saveEvery = 100 * time.Millisecond
)

// stale is how long after a save the old policy may still answer: on a machine
// that has nothing else to do, and on any.
func stale() time.Duration {
	if os.Getenv("SPOA_LUA_FULL") != "" {
		return time.Second
	}
	return 10 * time.Second
}

// saves is how often the policy is saved. SPOA_LUA_FULL=1 in the environment
// saves 200 times for every version.
func saves(version string) int {
	if os.Getenv("SPOA_LUA_FULL") != "" || version == "3.2" {
		return 200
	}
	return 30
}

// revisionText answers with its number.
func revisionText(n int) string {
	return fmt.Sprintf("local revision = %d\nspoa.on(\"check\", function(msg) set_var(\"txn.answer\", revision) end)\n", n)
}

// TestSavesUnderLoad saves a policy many times in a row while HAProxy takes
// 2,200 requests a second. Every request is answered without an error, by a policy
// that is not older than one that has answered before, nor than stale.
func TestSavesUnderLoad(t *testing.T) {
	for _, version := range haproxy.Versions { // one after the other: each load takes what there is
		t.Run(version, func(t *testing.T) { savesUnderLoad(t, version, saves(version)) })
	}
}

func savesUnderLoad(t *testing.T, version string, count int) {
	dir := folder(t, map[string]string{"policy.lua": revisionText(0)})
	a := agent.Start(t, "--scripts", dir)
	p := startEcho(t, version, a.Addr)
	took := time.Duration(count)*saveEvery + 2*time.Second
	load := haproxy.Load{Addr: p.Addr(), Clients: 16, Rate: loadRate, Duration: took, Record: []string{errorHeader, "x-answer"}}
	saved := []time.Time{time.Now()} // by revision
	done := make(chan error, 1)
	go func() { // ends with the last save
		done <- saveAll(dir, count, &saved)
	}()
	report, err := load.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	failed, errored, old, delay := judge(report, saved)
	for i, live := range liveBy(report.Samples, answeredRevision) {
		if s := report.Samples[i]; s.Err == nil && answeredRevision(s) < live {
			t.Fatalf("request %d: got revision %q, when %d had answered before", s.N, s.Values[1], live)
		}
	}
	reloads := a.Metric(`spoa_lua_reloads_total{result="ok"}`) - 1
	t.Logf("HAProxy %s: %d saves, %v reloads, %s; %d with an error variable, %d older than %s; a save takes effect after %s at most",
		version, count, reloads, report, errored, old, stale(), delay)
	if failed != 0 || errored != 0 || old != 0 {
		t.Errorf("%d requests without an answer, %d with an error variable, %d with an old answer, want none", failed, errored, old)
	}
	if bad := a.Metric(`spoa_lua_reloads_total{result="error"}`); bad != 0 {
		t.Errorf("%v reloads failed, want none", bad)
	}
	if got := send(t, get(t, p.URL()+"/")).header.Get("x-answer"); got != strconv.Itoa(count) {
		t.Errorf("at the end: got revision %s, want %d", got, count)
	}
}

// saveAll saves one revision after the other, in place and by renaming in turn.
func saveAll(dir string, count int, saved *[]time.Time) error {
	path := dir + "/policy.lua"
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for n := 1; n <= count; n++ {
		<-tick.C
		to := path
		if n%2 == 0 {
			to = dir + "/.policy.new"
		}
		if err := os.WriteFile(to, []byte(revisionText(n)), 0o644); err != nil {
			return err
		}
		if to != path {
			if err := os.Rename(to, path); err != nil {
				return err
			}
		}
		*saved = append(*saved, time.Now())
	}
	return nil
}

// answeredRevision is the revision that answered a request, 0 when none did.
func answeredRevision(s haproxy.Sample) (revision int) {
	if s.Err == nil {
		revision, _ = strconv.Atoi(s.Values[1])
	}
	return revision
}

// judge counts the requests without an answer, those with an error variable,
// and those that were sent later than stale after a save and answered by an
// older revision. delay is the longest time after which a save was not yet seen.
func judge(report *haproxy.Report, saved []time.Time) (failed, errored, old int, delay time.Duration) {
	for _, s := range report.Samples {
		switch {
		case s.Err != nil:
			failed++
			continue
		case s.Values[0] != "":
			errored++
			continue
		}
		revision, err := strconv.Atoi(s.Values[1])
		if err != nil {
			failed++ // answered, but by no policy
			continue
		}
		if revision+1 >= len(saved) {
			continue
		}
		late := s.Start.Sub(saved[revision+1]) // since something newer was saved
		delay = max(delay, late)
		if late > stale() {
			old++
		}
	}
	return failed, errored, old, delay
}
