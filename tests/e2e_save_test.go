package tests

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// policyText answers with a revision, a module's value and a data file's.
func policyText(revision string) string {
	return fmt.Sprintf(`local mod = require("lib.mod")
local list = spoa.read("list.txt")
spoa.on("check", function() set_var("txn.answer", %q .. "/" .. mod.value .. "/" .. list) end)
`, revision)
}

func moduleText(value string) string { return fmt.Sprintf("return { value = %q }\n", value) }

// watched is an agent whose scripts are edited while requests go through
// HAProxy, and what it should answer now.
type watched struct {
	agent  *agent.Process
	proxy  *haproxy.Process
	dir    string
	loaded int // lines of the log before the edit
}

func startWatched(t *testing.T, version string) *watched {
	t.Helper()
	dir := folder(t, map[string]string{
		"scripts/policy.lua": policyText("first"), "scripts/list.txt": "list", "scripts/lib/mod.lua": moduleText("mod"),
	})
	a := agent.Start(t, "--scripts", filepath.Join(dir, "scripts"))
	return &watched{agent: a, proxy: startEcho(t, version, a.Addr), dir: filepath.Join(dir, "scripts")}
}

func (w *watched) path(name string) string { return filepath.Join(w.dir, name) }

// background sends requests until the function that it returns is called,
// which then checks that every one had an answer of some policy and no error.
func (w *watched) background(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	load := haproxy.Load{Addr: w.proxy.Addr(), Clients: 2, Rate: 150, Count: 150 * 60, Record: []string{errorHeader, "x-answer"}}
	var running sync.WaitGroup
	var report *haproxy.Report
	var err error
	running.Go(func() { report, err = load.Run(ctx) })
	return func() {
		t.Helper()
		cancel()
		running.Wait()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range report.Samples {
			if s.Err != nil || s.Values[0] != "" || s.Values[1] == "" {
				t.Errorf("request %d of %d: answer and error variable %q, error %v", s.N, len(report.Samples), s.Values, s.Err)
				return
			}
		}
		if len(report.Samples) == 0 {
			t.Error("no request was sent meanwhile")
		}
	}
}

// edit changes files; the next want looks for what the agent says from here on.
func (w *watched) edit(t *testing.T, change func() error) {
	t.Helper()
	w.loaded = w.agent.Lines()
	if err := change(); err != nil {
		t.Fatal(err)
	}
}

// want waits until the agent has reloaded, and checks that only the new policy
// answers then.
func (w *watched) want(t *testing.T, answer string) {
	t.Helper()
	for got := ""; got != answer; {
		// A change in several steps may take several reloads.
		_, w.loaded = w.agent.NextLog(w.loaded, "reloaded")
		got = send(t, get(t, w.proxy.URL()+"/")).header.Get("x-answer")
	}
	for range 20 {
		if got := send(t, get(t, w.proxy.URL()+"/")).header.Get("x-answer"); got != answer {
			t.Fatalf("after the reload: got %q, want %q", got, answer)
		}
	}
}

// saved are the ways in which programs save a file, and the other changes that
// load the scripts anew.
var saved = []struct {
	name string
	edit func(w *watched) error
	want string
}{
	{"written in place", func(w *watched) error {
		return os.WriteFile(w.path("policy.lua"), []byte(policyText("in place")), 0o644)
	}, "in place/mod/list"},
	{"renamed over", func(w *watched) error {
		if err := os.WriteFile(w.path(".policy.lua.swp"), []byte(policyText("renamed")), 0o644); err != nil {
			return err
		}
		return os.Rename(w.path(".policy.lua.swp"), w.path("policy.lua"))
	}, "renamed/mod/list"},
	{"moved away and created", func(w *watched) error {
		if err := os.Rename(w.path("policy.lua"), w.path("policy.lua~")); err != nil {
			return err
		}
		return os.WriteFile(w.path("policy.lua"), []byte(policyText("created")), 0o644)
	}, "created/mod/list"},
	{"deleted and created", func(w *watched) error {
		if err := os.Remove(w.path("policy.lua")); err != nil {
			return err
		}
		return os.WriteFile(w.path("policy.lua"), []byte(policyText("again")), 0o644)
	}, "again/mod/list"},
	{"data file", func(w *watched) error {
		return os.WriteFile(w.path("list.txt"), []byte("data"), 0o644)
	}, "again/mod/data"},
	{"module", func(w *watched) error {
		return os.WriteFile(w.path("lib/mod.lua"), []byte(moduleText("dom")), 0o644)
	}, "again/dom/data"},
	{"script added", func(w *watched) error {
		return os.WriteFile(w.path("z.lua"), []byte(`spoa.on("check", function() set_var("txn.answer", "added") end)`), 0o644)
	}, "added"},
	{"script removed", func(w *watched) error { return os.Remove(w.path("z.lua")) }, "again/dom/data"},
	{"folder moved away and back", func(w *watched) error {
		if err := os.Rename(w.dir, w.dir+".old"); err != nil {
			return err
		}
		if err := os.Mkdir(w.dir, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(w.path("only.lua"), []byte(`spoa.on("check", function() set_var("txn.answer", "restored") end)`), 0o644); err != nil {
			return err
		}
		return os.RemoveAll(w.dir + ".old")
	}, "restored"},
	{"script in the restored folder", func(w *watched) error {
		return os.WriteFile(w.path("only.lua"), []byte(`spoa.on("check", function() set_var("txn.answer", "still seen") end)`), 0o644)
	}, "still seen"},
	{"SIGHUP", func(w *watched) error {
		return syscall.Kill(w.agent.Pid(), syscall.SIGHUP)
	}, "still seen"},
}

// TestSaves edits the files of a policy in every way while requests go through
// HAProxy: none is without an answer, and after the reload only the new policy
// answers.
func TestSaves(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		w := startWatched(t, version)
		stop := w.background(t)
		for _, c := range saved {
			t.Run(c.name, func(t *testing.T) {
				w.edit(t, func() error { return c.edit(w) })
				w.want(t, c.want)
			})
		}
		stop()
	})
}

// TestFolderDeleted deletes the folder of the scripts, and restores it.
func TestFolderDeleted(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		w := startWatched(t, version)
		stop := w.background(t)
		w.edit(t, func() error { return os.RemoveAll(w.dir) })
		w.agent.WaitLogFrom(w.loaded, "reload failed: the old scripts go on")
		w.edit(t, func() error { return os.Mkdir(w.dir, 0o755) })
		w.agent.WaitLogFrom(w.loaded, "reload failed: the old scripts go on")
		w.edit(t, func() error {
			write(t, w.dir, "lib/mod.lua", moduleText("mod"))
			write(t, w.dir, "list.txt", "list")
			write(t, w.dir, "policy.lua", policyText("restored"))
			return nil
		})
		w.want(t, "restored/mod/list")
		stop()
	})
}

// TestKubernetes replaces files as Kubernetes does for a ConfigMap: they are
// links into a folder ..data, which is a link that is replaced by a rename.
func TestKubernetes(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		dir := folder(t, map[string]string{"..2026_01/policy.lua": policyText("one"), "..2026_01/list.txt": "1", "..2026_01/mod.lua": moduleText("m")})
		text := func(revision string) string {
			return fmt.Sprintf(`local list = spoa.read("list.txt")
				spoa.on("check", function() set_var("txn.answer", %q .. list) end)`, revision)
		}
		write(t, dir, "..2026_01/policy.lua", text("one"))
		for link, target := range map[string]string{"..data": "..2026_01", "policy.lua": "..data/policy.lua", "list.txt": "..data/list.txt"} {
			if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
				t.Fatal(err)
			}
		}
		a := agent.Start(t, "--scripts", dir)
		w := &watched{agent: a, proxy: startEcho(t, version, a.Addr), dir: dir}
		stop := w.background(t)
		for _, revision := range []string{"two", "three"} {
			w.edit(t, func() error {
				write(t, dir, "..2026_"+revision+"/policy.lua", text(revision))
				write(t, dir, "..2026_"+revision+"/list.txt", " of 3")
				if err := os.Symlink("..2026_"+revision, filepath.Join(dir, "..data_tmp")); err != nil {
					return err
				}
				return os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data"))
			})
			w.want(t, revision+" of 3")
		}
		stop()
	})
}
