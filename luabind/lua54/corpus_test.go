package lua54

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reference returns the path of PUC Lua, which the corpus is compared with.
func reference(tb testing.TB) string {
	tb.Helper()
	path, err := exec.LookPath("lua5.4")
	if err != nil {
		tb.Fatal("lua5.4 is missing; the tests compare with it: apt-get install lua5.4")
	}
	return path
}

// referenceRun runs a program file with PUC Lua; an uncaught error is the last
// line of the result, as testVM.run writes it.
func referenceRun(tb testing.TB, lua, file string) string {
	tb.Helper()
	cmd := exec.Command(lua, filepath.Base(file))
	cmd.Dir = filepath.Dir(file)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		tb.Fatal(err)
	}
	if exit == nil {
		return string(out)
	}
	text, _, _ := strings.Cut(string(exit.Stderr), "\nstack traceback:")
	return string(out) + "error: " + strings.TrimSpace(strings.TrimPrefix(text, lua+": ")) + "\n"
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	lua := reference(t)
	files, err := filepath.Glob("testdata/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs in testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".lua"), func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := referenceRun(t, lua, file)
			got := newTestVM(t).run(filepath.Base(file), string(source))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("output differs from PUC Lua (-want +got):\n%s", diff)
			}
		})
	}
}
