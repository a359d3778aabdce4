package haproxy_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// plain answers every request by itself and asks no agent.
const plain = `
global
  log stdout format raw daemon
defaults
  log global
  option httplog
  option dontlog-normal
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
frontend web
  bind 127.0.0.1:${FRONTEND_PORT}
  option idle-close-on-response
  http-request return status 200 content-type text/plain string hello hdr x-generation "one"
`

// eachVersion runs f once per version, in parallel.
func eachVersion(t *testing.T, f func(t *testing.T, version string)) {
	t.Helper()
	for _, version := range haproxy.Versions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			f(t, version)
		})
	}
}

// get returns the answer's body and the value of one header. Its connection is
// new: one kept from before a reload would still reach the old worker.
func get(t *testing.T, url, header string) (status int, body, value string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text), resp.Header.Get(header)
}

func TestStartAnswers(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, version string) {
		p := haproxy.Start(t, haproxy.Config{Version: version, CFG: plain})
		status, body, generation := get(t, p.URL()+"/", "x-generation")
		if status != 200 || body != "hello" || generation != "one" {
			t.Errorf("got %d %q, generation %q, want 200 \"hello\", generation \"one\"", status, body, generation)
		}
		info, err := p.Stats("show info")
		if err != nil {
			t.Fatal(err)
		}
		if want := "\nVersion: " + version + "."; !strings.Contains(info, want) {
			t.Errorf("show info does not contain %q:\n%s", want, info)
		}
		dir := p.Dir()
		p.Stop()
		p.Stop()
		if _, err := net.Dial("tcp", p.Addr()); err == nil {
			t.Error("the frontend still accepts connections after Stop")
		}
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("Stop removed the folder, the log with it: %v", err)
		}
	})
}

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		cfg  haproxy.Config
		want string
	}{
		{name: "unknown version", cfg: haproxy.Config{Version: "1.8"}, want: "choose one of " + strings.Join(haproxy.Versions, ", ")},
		{name: "no value", cfg: haproxy.Config{CFG: "bind ${AGENT_ADDR}"}, want: "no value for ${AGENT_ADDR}"},
		{name: "bad keyword", cfg: haproxy.Config{CFG: plain + "  bogus line\n"}, want: "unknown keyword 'bogus'"},
		{name: "missing file", cfg: haproxy.Config{CFG: plain + "  filter spoe engine lua config none.conf\n"}, want: "none.conf"},
		{name: "file outside", cfg: haproxy.Config{CFG: plain, Files: map[string]string{"../x": ""}}, want: "outside the process's folder"},
		{name: "no such backend", cfg: haproxy.Config{CFG: plain, WaitUp: []string{"agents"}}, want: "agents"},
	}
	eachVersion(t, func(t *testing.T, version string) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				c := tt.cfg
				if c.Version == "" {
					c.Version = version
				}
				p, err := haproxy.StartErr(c)
				if err == nil {
					p.Stop()
					t.Fatal("got no error")
				}
				if !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error does not contain %q: %v", tt.want, err)
				}
			})
		}
	})
}

// failTB stands for a test that Start fails: Fatal ends its goroutine.
type failTB struct {
	testing.TB
	text string
}

func (f *failTB) Helper() {}

func (f *failTB) Fatal(args ...any) {
	f.text = args[0].(error).Error()
	panic(f)
}

func TestStartFailsTheTest(t *testing.T) {
	t.Parallel()
	tb := &failTB{}
	func() {
		defer func() {
			if recover() != tb {
				t.Error("Start did not fail the test")
			}
		}()
		haproxy.Start(tb, haproxy.Config{Version: haproxy.Versions[0], CFG: plain + "  bogus line\n"})
	}()
	if want := "unknown keyword 'bogus'"; !strings.Contains(tb.text, want) {
		t.Errorf("failure does not contain %q: %s", want, tb.text)
	}
}

func TestStartManyAtOnce(t *testing.T) {
	t.Parallel()
	const processes = 8
	ps := make([]*haproxy.Process, processes)
	errs := make([]error, processes)
	var starts sync.WaitGroup
	for i := range ps {
		starts.Go(func() {
			ps[i], errs[i] = haproxy.StartErr(haproxy.Config{
				Version: haproxy.Versions[i%len(haproxy.Versions)],
				CFG:     strings.Replace(plain, `"one"`, `"${NAME}"`, 1),
				Vars:    map[string]string{"NAME": string(rune('a' + i))},
			})
		})
	}
	starts.Wait()
	seen := map[string]bool{}
	for i, p := range ps {
		if errs[i] != nil {
			t.Error(errs[i])
			continue
		}
		t.Cleanup(func() { p.Stop(); os.RemoveAll(p.Dir()) })
		if seen[p.Addr()] {
			t.Errorf("two processes listen on %s", p.Addr())
		}
		seen[p.Addr()] = true
		if _, _, name := get(t, p.URL(), "x-generation"); name != string(rune('a'+i)) {
			t.Errorf("process %d answers as %q", i, name)
		}
	}
}

// TestPortTaken shows that a port in use is an error, not a socket shared with
// whoever has it: HAProxy would otherwise bind with SO_REUSEPORT.
func TestPortTaken(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, version string) {
		first := haproxy.Start(t, haproxy.Config{Version: version, CFG: plain})
		second, err := haproxy.StartErr(haproxy.Config{
			Version: version, CFG: plain,
			Vars: map[string]string{"FRONTEND_PORT": first.Port("FRONTEND_PORT")},
		})
		if err == nil {
			second.Stop()
			t.Fatal("two processes share a port")
		}
		if want := "Address already in use"; !strings.Contains(err.Error(), want) {
			t.Errorf("error does not contain %q: %v", want, err)
		}
	})
}

// TestEnvironment shows that placeholders reach HAProxy's own variables too.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, version string) {
		p := haproxy.Start(t, haproxy.Config{
			Version: version,
			CFG:     strings.Replace(plain, `"one"`, `"${WORD-none}-${ABSENT-none}"`, 1),
			Vars:    map[string]string{"WORD": "set"},
		})
		if _, _, got := get(t, p.URL(), "x-generation"); got != "set-none" {
			t.Errorf("got %q, want \"set-none\"", got)
		}
	})
}

func TestReload(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, version string) {
		p := haproxy.Start(t, haproxy.Config{Version: version, CFG: plain})
		if err := p.WriteFile("haproxy.cfg", plain+"  bogus line\n"); err != nil {
			t.Fatal(err)
		}
		err := p.Reload()
		if err == nil || !strings.Contains(err.Error(), "unknown keyword 'bogus'") {
			t.Errorf("reload of a bad configuration: got %v", err)
		}
		if _, _, got := get(t, p.URL(), "x-generation"); got != "one" {
			t.Errorf("after a refused reload: got generation %q, want \"one\"", got)
		}
		if err := p.WriteFile("haproxy.cfg", strings.Replace(plain, `"one"`, `"two"`, 1)); err != nil {
			t.Fatal(err)
		}
		if err := p.Reload(); err != nil {
			t.Fatal(err)
		}
		if _, _, got := get(t, p.URL(), "x-generation"); got != "two" {
			t.Errorf("after a reload: got generation %q, want \"two\"", got)
		}
	})
}

// TestReloadUnderLoad is not parallel: it is about timing.
func TestReloadUnderLoad(t *testing.T) {
	for _, version := range haproxy.Versions {
		t.Run(version, func(t *testing.T) {
			p := haproxy.Start(t, haproxy.Config{Version: version, CFG: plain})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			reports := make(chan *haproxy.Report, 1)
			go func() {
				report, err := haproxy.Load{Addr: p.Addr(), Rate: 2000, Duration: 20 * time.Second, Record: []string{"x-generation"}}.Run(ctx)
				if err != nil {
					t.Error(err)
				}
				reports <- report
			}()
			for _, generation := range []string{"two", "three", "four"} {
				if err := p.WriteFile("haproxy.cfg", strings.Replace(plain, `"one"`, `"`+generation+`"`, 1)); err != nil {
					t.Fatal(err)
				}
				if err := p.Reload(); err != nil {
					t.Fatal(err)
				}
				if _, _, got := get(t, p.URL(), "x-generation"); got != generation {
					t.Errorf("got generation %q, want %q", got, generation)
				}
			}
			cancel()
			report := <-reports
			t.Log(report)
			if failed := report.Failed(); len(failed) > 0 || len(report.Samples) == 0 {
				t.Errorf("reload lost requests: %s", report)
			}
			last := report.Samples[len(report.Samples)-1]
			if last.Status != 200 || last.Values[0] == "one" {
				t.Errorf("last answer: got %d from generation %q", last.Status, last.Values[0])
			}
		})
	}
}

func TestEndsByItself(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, version string) {
		p := haproxy.Start(t, haproxy.Config{Version: version, CFG: plain})
		info, err := p.Stats("show info")
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(info, "\nPid: ")
		pid, _, _ := strings.Cut(rest, "\n")
		kill(t, pid)
		select {
		case <-p.Done():
		case <-time.After(10 * time.Second):
			t.Fatal("the master does not end with its worker")
		}
		if err := p.Reload(); err == nil {
			t.Error("reload of a process that has ended: got no error")
		}
		if !strings.Contains(p.Log(), pid) {
			t.Errorf("the log does not name the worker %s:\n%s", pid, p.Log())
		}
	})
}
