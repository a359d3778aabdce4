package runtime

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
)

// reported is one call of Watch's report.
type reported struct {
	gen *Generation
	err error
}

// watch runs Watch until the test ends.
func watch(t *testing.T, r *Runtime) <-chan reported {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reports := make(chan reported, 100)
	var watching sync.WaitGroup
	watching.Go(func() { r.Watch(ctx, func(gen *Generation, err error) { reports <- reported{gen, err} }) })
	t.Cleanup(func() { cancel(); watching.Wait() })
	return reports
}

func next(t *testing.T, reports <-chan reported) reported {
	t.Helper()
	select {
	case got := <-reports:
		return got
	case <-time.After(time.Minute):
		t.Fatal("no reload was reported")
		return reported{}
	}
}

// TestWatch reloads after saves, once for a burst, and says so once when a
// broken script stays as it is.
func TestWatch(t *testing.T) {
	t.Parallel()
	r, dir, _ := newTest(t, Config{}, map[string]string{"m.lua": answerText("0")})
	reports := watch(t, r)
	began := time.Now()
	for i := range 40 {
		save(t, filepath.Join(dir, "m.lua"), answerText(string(rune('A'+i))))
	}
	last := next(t, reports)
	for last.gen == nil || last.gen.Digest != currentDigest(t, r) {
		last = next(t, reports) // a slow machine may make several bursts of it
	}
	if most := 1 + uint64(time.Since(began)/settle); last.gen.Number-1 > most {
		t.Errorf("40 saves in a burst were %d reloads, want %d at most", last.gen.Number-1, most)
	}
	save(t, filepath.Join(dir, "m.lua"), "broken = = 1")
	if got := next(t, reports); got.err == nil || got.gen != nil {
		t.Errorf("got %+v, want the error of a broken script", got)
	}
	save(t, filepath.Join(dir, "notes.txt"), "nothing that counts")
	save(t, filepath.Join(dir, "m.lua"), answerText("again"))
	if got := next(t, reports); got.err != nil || got.gen != r.Live() {
		t.Errorf("got %+v, want the repaired script alone", got)
	}
}

// currentDigest is that of a load now.
func currentDigest(t *testing.T, r *Runtime) string {
	t.Helper()
	gen, _, err := Check(r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	return gen.Digest
}

// TestWatchOneFile watches a script that was named itself, with what it needs
// beside it, and a folder below.
// TestWatchModules reloads when a module of --modules is saved, and runs nothing
// else that lies beside it.
func TestWatchModules(t *testing.T) {
	t.Parallel()
	lib := folderOf(t, map[string]string{"greet.lua": `return "old"`, "broken.lua": "= ="})
	r, _, _ := newTest(t, Config{Modules: []string{lib}}, map[string]string{
		"m.lua": `local greet = require "greet" spoa.on("m", function() set_var("txn.answer", greet) end)`,
	})
	reports := watch(t, r)
	peer := dial(t, serve(t, config(r, time.Minute)))
	if got := ask(t, peer, "m"); got != "set-var txn.answer str:old" {
		t.Errorf("got %q, want the module's text", got)
	}
	save(t, filepath.Join(lib, "greet.lua"), `return "new"`)
	if got := next(t, reports); got.err != nil || got.gen != r.Live() {
		t.Fatalf("got %+v, want a reload", got)
	}
	if got := ask(t, peer, "m"); got != "set-var txn.answer str:new" {
		t.Errorf("got %q, want the saved module's text", got)
	}
}

func TestWatchOneFile(t *testing.T) {
	t.Parallel()
	dir := folderOf(t, map[string]string{
		"m.lua": "require('lib.deep.a')\nspoa.read('list.txt')\n" + answerText("x"), "lib/deep/a.lua": "return 1",
		"list.txt": "1", "other.lua": "this is not Lua",
	})
	r, err := New(Config{Scripts: []string{filepath.Join(dir, "m.lua")}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	reports := watch(t, r)
	for i, file := range []string{"m.lua", "list.txt"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		save(t, filepath.Join(dir, file), string(text)+"\n")
		if got := next(t, reports); got.err != nil || got.gen.Number != uint64(i+2) {
			t.Errorf("%s: got %+v, want generation %d", file, got, i+2)
		}
	}
	// A module in a folder below is seen by the system or by the look every 2 s.
	save(t, filepath.Join(dir, "lib/deep/a.lua"), "return 2")
	if got := next(t, reports); got.err != nil || got.gen.Number != 4 {
		t.Errorf("module: got %+v, want generation 4", got)
	}
}

// TestWatchPolls shows that changes are found where the system reports none.
func TestWatchPolls(t *testing.T) {
	t.Parallel()
	r, dir, _ := newTest(t, Config{}, map[string]string{"m.lua": answerText("0")})
	none := new(folderEvents)
	if !none.settled(t.Context()) || none.changes() != nil {
		t.Error("without a watcher, nothing may keep a reload off")
	}
	none.follow()
	save(t, filepath.Join(dir, "m.lua"), answerText("1"))
	if gen, changed, err := r.ReloadIfChanged(); !changed || err != nil || gen.Number != 2 {
		t.Errorf("got %v, %t, %v, want generation 2", gen, changed, err)
	}
}

func TestMatters(t *testing.T) {
	t.Parallel()
	e := &folderEvents{paths: []string{"/etc/policies", "/srv/one.lua"}}
	for _, c := range []struct {
		name string
		op   fsnotify.Op
		want bool
	}{
		{"/etc/policies", fsnotify.Rename, true},
		{"/etc/policies/a.lua", fsnotify.Write, true},
		{"/etc/policies/lib/deep/a.lua", fsnotify.Create, true},
		{"/etc/policies/a.lua", fsnotify.Chmod, false},
		{"/etc/policies.old/a.lua", fsnotify.Write, false},
		{"/etc/passwd", fsnotify.Write, false},
		{"/srv/one.lua", fsnotify.Remove, true},
		{"/srv/list.txt", fsnotify.Write, true},
		{"/srv", fsnotify.Create, false},
	} {
		if got := e.matters(fsnotify.Event{Name: c.name, Op: c.op}); got != c.want {
			t.Errorf("%s %s: got %t, want %t", c.op, c.name, got, c.want)
		}
	}
}

// TestSettled shows how long a burst of changes holds a reload off.
func TestSettled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		every  time.Duration
		events int
		want   time.Duration
	}{
		{"no further change", 0, 0, settle},
		{"a short burst", 30 * time.Millisecond, 3, 3*30*time.Millisecond + settle},
		{"a burst without end", 30 * time.Millisecond, 100, settleMax},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				e := &folderEvents{w: &fsnotify.Watcher{Events: make(chan fsnotify.Event)}, paths: []string{"/p"}}
				ctx, cancel := context.WithCancel(t.Context())
				var sending sync.WaitGroup
				sending.Go(func() {
					for range c.events {
						time.Sleep(c.every)
						select {
						case e.w.Events <- fsnotify.Event{Name: "/p/a.lua", Op: fsnotify.Write}:
						case <-ctx.Done():
							return
						}
					}
				})
				began := time.Now()
				if !e.settled(ctx) || time.Since(began) != c.want {
					t.Errorf("settled after %s, want %s", time.Since(began), c.want)
				}
				cancel()
				if e.settled(ctx) {
					t.Error("settled after the end")
				}
				sending.Wait()
			})
		})
	}
}

// TestModulesAreWatched has the system itself report what is saved below a folder
// of --modules, also in a folder that was made later; nothing is polled here.
func TestModulesAreWatched(t *testing.T) {
	t.Parallel()
	modules := folderOf(t, map[string]string{"lib.lua": "return 1", "sub/deep.lua": "return 1"})
	r, _, _ := newTest(t, Config{Modules: []string{modules}}, map[string]string{"a.lua": `require "lib"`})
	events, stop := r.watchFolders()
	defer stop()
	if events.w == nil {
		t.Fatal("the system reports nothing")
	}
	wantEvent := func(path string) {
		t.Helper()
		for {
			select {
			case e := <-events.changes():
				if e.Name == path && events.matters(e) {
					return
				}
			case <-time.After(time.Minute):
				t.Fatalf("no event of %s", path)
			}
		}
	}
	for _, name := range []string{"lib.lua", "sub/deep.lua"} {
		path := filepath.Join(modules, name)
		save(t, path, "return 2")
		wantEvent(path)
	}
	later := filepath.Join(modules, "later")
	if err := os.Mkdir(later, 0o755); err != nil {
		t.Fatal(err)
	}
	wantEvent(later)
	events.follow()
	path := filepath.Join(later, "new.lua")
	save(t, path, "return 3")
	wantEvent(path)
}
