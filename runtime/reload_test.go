package runtime

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// TestReloadFails shows for everything that can be wrong with scripts that the
// old Generation goes on, and where the error says the fault is.
func TestReloadFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		files map[string]string
		want  []string // the start of each error, below the folder
	}{
		{"syntax errors of all files", map[string]string{"a.lua": "x = = 1", "b.lua": "\nfor"}, []string{"a.lua:1: ", "b.lua:2: "}},
		{"runtime error at top level", map[string]string{"a.lua": "local x\n\nx.y = 1"}, []string{"a.lua:3: attempt to index a nil value"}},
		{"error in an init function", map[string]string{"a.lua": "spoa.on_init(function()\n  error('no')\nend)"}, []string{"a.lua:2: no"}},
		{"module that does not exist", map[string]string{"a.lua": "require('gone')"}, []string{"a.lua:1: module 'gone' not found: no gone.lua and no gone/init.lua in "}},
		{"fault in a module", map[string]string{"a.lua": "require('lib.b')", "lib/b.lua": "\n\nerror('deep')"}, []string{"lib/b.lua:3: deep"}},
		{"data file that does not exist", map[string]string{"a.lua": "spoa.read('gone.txt')"}, []string{"a.lua:1: gone.txt: file does not exist in "}},
		{"data file outside the folder", map[string]string{"a.lua": "spoa.read('../m.lua')"}, []string{"a.lua:1: \"../m.lua\" must be a path below the script's folder"}},
		{"scripts are gone", nil, []string{"scripts: no *.lua file in "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, dir, _ := newTest(t, Config{}, map[string]string{"m.lua": answerText("old")})
			live := r.Live()
			if err := os.Remove(filepath.Join(dir, "m.lua")); err != nil {
				t.Fatal(err)
			}
			for name, text := range c.files {
				save(t, filepath.Join(dir, name), text)
			}
			gen, err := r.Reload()
			if gen != nil || r.Live() != live {
				t.Error("the old generation is no longer live")
			}
			wantLoadError(t, err, dir, c.want)
			if _, _, checkErr := Check(r.cfg); checkErr == nil || checkErr.Error() != err.Error() {
				t.Errorf("Check says %v, Reload %v", checkErr, err)
			}
			if r.reloads.lastOK.Load() || r.reloads.failed.Load() != 1 || r.reloads.ok.Load() != 1 {
				t.Errorf("counted %d loads as failed and %d as good, want 1 and 1", r.reloads.failed.Load(), r.reloads.ok.Load())
			}
			if got := ask(t, dial(t, serve(t, config(r, time.Minute))), "m"); got != "set-var txn.answer str:old" {
				t.Errorf("got %q, want the old answer", got)
			}
		})
	}
}

func wantLoadError(t *testing.T, err error, dir string, want []string) {
	t.Helper()
	var load *LoadError
	if !errors.As(err, &load) || len(load.Errs) != len(want) {
		t.Fatalf("got %v, want a LoadError of %d", err, len(want))
	}
	for i, e := range load.Errs {
		got := strings.TrimPrefix(e.Error(), dir+"/")
		if !strings.HasPrefix(got, want[i]) {
			t.Errorf("got %q, want it to begin with %q", got, want[i])
		}
	}
	var script *luabind.ScriptError
	if !errors.As(err, &script) && !strings.HasPrefix(want[0], "scripts:") {
		t.Errorf("%v does not unwrap to a *luabind.ScriptError", err)
	}
}

// TestReloadSwaps shows what a reload that succeeds changes.
func TestReloadSwaps(t *testing.T) {
	t.Parallel()
	r, dir, _ := newTest(t, Config{}, map[string]string{"m.lua": answerText("old")})
	c := dial(t, serve(t, config(r, time.Minute)))
	ask(t, c, "m")
	old := r.Live()
	save(t, filepath.Join(dir, "m.lua"), answerText("new")+"spoa.on('n', function() set_var('txn.n', spoa.info.generation) end)")
	gen, err := r.Reload()
	if err != nil {
		t.Fatal(err)
	}
	if gen != r.Live() || gen.Number != 2 || gen.Digest == old.Digest || len(gen.Messages) != 2 {
		t.Errorf("got generation %+v, want a live number 2 with two messages", gen)
	}
	if got := ask(t, c, "m", "n"); got != "set-var txn.answer str:new; set-var txn.n int64:2" {
		t.Errorf("got %q, want the new answers", got)
	}
	if n := old.pool.size(); n != 0 {
		t.Errorf("the old generation has %d VMs, want none", n)
	}
}

// TestReloadIfChanged shows which changes count.
func TestReloadIfChanged(t *testing.T) {
	t.Parallel()
	files := map[string]string{"m.lua": "require('lib.a')\nspoa.read('list.txt')\n" + answerText("one"), "lib/a.lua": "return 1", "list.txt": "1", "unread.txt": "1"}
	for _, c := range []struct {
		name    string
		change  func(dir string) error
		changed bool
	}{
		{"nothing", func(string) error { return nil }, false},
		{"script of the same size", func(dir string) error {
			return os.WriteFile(dir+"/m.lua", []byte(strings.Replace(files["m.lua"], "one", "two", 1)), 0o644)
		}, true},
		{"same text saved again", func(dir string) error { return os.WriteFile(dir+"/m.lua", []byte(files["m.lua"]), 0o644) }, false},
		{"time alone", func(dir string) error { return os.Chtimes(dir+"/m.lua", time.Time{}, time.Now()) }, false},
		{"module", func(dir string) error { return os.WriteFile(dir+"/lib/a.lua", []byte("return 2"), 0o644) }, true},
		{"data file", func(dir string) error { return os.WriteFile(dir+"/list.txt", []byte("2"), 0o644) }, true},
		{"data file deleted", func(dir string) error { return os.Remove(dir + "/list.txt") }, true},
		{"file that nobody read", func(dir string) error { return os.WriteFile(dir+"/unread.txt", []byte("2"), 0o644) }, false},
		{"new script", func(dir string) error { return os.WriteFile(dir+"/n.lua", nil, 0o644) }, true},
		{"new hidden file", func(dir string) error { return os.WriteFile(dir+"/.m.lua", nil, 0o644) }, false},
		{"script renamed", func(dir string) error { return os.Rename(dir+"/m.lua", dir+"/n.lua") }, true},
		{"other file renamed over it", func(dir string) error {
			if err := os.WriteFile(dir+"/new", []byte(answerText("three")), 0o644); err != nil {
				return err
			}
			return os.Rename(dir+"/new", dir+"/m.lua")
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, age := range []time.Duration{0, time.Hour} {
				r, dir, _ := newTest(t, Config{}, files)
				for name := range files {
					if err := os.Chtimes(filepath.Join(dir, name), time.Time{}, time.Now().Add(-age)); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := r.Reload(); err != nil {
					t.Fatal(err)
				}
				if err := c.change(dir); err != nil {
					t.Fatal(err)
				}
				if _, changed, _ := r.ReloadIfChanged(); changed != c.changed {
					t.Errorf("files %s old: changed is %t, want %t", age, changed, c.changed)
				}
				if _, again, _ := r.ReloadIfChanged(); again {
					t.Errorf("files %s old: the second look finds a change again", age)
				}
			}
		})
	}
}

// savesOnce saves a file when something is logged for the first time.
type savesOnce struct {
	once sync.Once
	save func()
}

func (s *savesOnce) Write(b []byte) (int, error) {
	s.once.Do(s.save)
	return len(b), nil
}

// TestReloadWhileSaving saves scripts while they are loaded: an editor has
// truncated the file, and writes it only after it was read. The half file must
// not go live.
func TestReloadWhileSaving(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, half string }{
		{"half a file that loads", "print('loading')"},
		{"half a file that does not load", "print('loading') error('half')"},
		{"whole file", "print('loading')" + answerText("old")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := folderOf(t, map[string]string{"m.lua": c.half})
			log := &savesOnce{save: func() { save(t, dir+"/m.lua", answerText("whole")) }}
			r, err := New(Config{Scripts: []string{dir}, Log: slog.New(slog.NewTextHandler(log, nil))})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if got := ask(t, dial(t, serve(t, config(r, time.Minute))), "m"); got != "set-var txn.answer str:whole" {
				t.Errorf("got %q, want the answer of the file as it was saved", got)
			}
			if _, changed, err := r.ReloadIfChanged(); changed || err != nil {
				t.Errorf("the next look says %t, %v, want no change", changed, err)
			}
		})
	}
}

// TestEmbedded loads the folders of a file system that is not on disk.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"one/b.lua":    {Data: []byte("local list = spoa.read('list.txt')\nspoa.on('m', function() set_var('txn.b', list) end)")},
		"one/list.txt": {Data: []byte("data")},
		"two/a.lua":    {Data: []byte("spoa.on('m', function() set_var('txn.a', 1) end)")},
		"notes.txt":    {Data: []byte("not a folder")},
	}
	r, err := New(Config{Embedded: files})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := strings.Join(r.Live().Scripts, " "); got != "embedded/two/a.lua embedded/one/b.lua" {
		t.Errorf("scripts in the order %q, want a.lua first", got)
	}
	if got := ask(t, dial(t, serve(t, config(r, time.Minute))), "m"); got != "set-var txn.a int64:1; set-var txn.b str:data" {
		t.Errorf("got %q", got)
	}
	if _, changed, err := r.ReloadIfChanged(); changed || err != nil {
		t.Errorf("embedded files have changed: %t, %v", changed, err)
	}
}

// TestLoadTimeout shows that a top level that does not end is stopped.
func TestLoadTimeout(t *testing.T) {
	t.Parallel()
	_, err := New(Config{Scripts: []string{folderOf(t, map[string]string{"m.lua": "while true do end"})}, LoadTimeout: 20 * time.Millisecond})
	if err == nil || !errors.Is(err, luabind.ErrStopped) || !strings.Contains(err.Error(), "m.lua:1:") || !strings.Contains(err.Error(), "20ms") {
		t.Errorf("got %v, want the place and the limit", err)
	}
}
