package luahost_test

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/luabind/luahost"
)

// interpreter returns a VM with the whole library, and what it prints.
func interpreter(t *testing.T, stdin string) (*luabind.Interpreter, *output) {
	t.Helper()
	var out output
	in := new(luabind.Program).NewInterpreter(luabind.InterpreterConfig{Host: &luahost.Config{
		Stdin: bufio.NewReader(strings.NewReader(stdin)), Stdout: &out, Stderr: &out,
		Shell: func(command, pipe string) luahost.Process {
			cmd := exec.Command("/bin/sh", "-c", command)
			if pipe != "r" {
				cmd.Stdout = &out
			}
			return cmd
		},
	}})
	t.Cleanup(func() { in.Close() })
	return in, &out
}

// output gathers what the script and the processes that it starts write, each
// from a goroutine of its own.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// TestLikePUC compares what the files of testdata print with what PUC Lua 5.4
// printed, which is in the files *.want.
func TestLikePUC(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"dump.lua", "io.lua", "levels.lua", "modules.lua", "stringmeta.lua", "traceback.lua"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(filepath.Join("testdata", strings.TrimSuffix(name, ".lua")+".want"))
			if err != nil {
				t.Fatal(err)
			}
			in, out := interpreter(t, "")
			if err := in.Run(name, src); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), out.String()); diff != "" {
				t.Errorf("PUC Lua prints otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStdin(t *testing.T) {
	t.Parallel()
	in, out := interpreter(t, "first\n12 rest\nreturn 1 + 1")
	err := in.Run("t.lua", []byte(`print(io.read()) print(io.read("n", "l")) print(dofile())`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "first\n12\t rest\n2\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What is written to stdout, stderr and by processes comes in this order.
func TestOrderOfOutput(t *testing.T) {
	t.Parallel()
	in, out := interpreter(t, "")
	err := in.Run("t.lua", []byte(`io.write("a") io.stderr:write("b") io.write("c") os.execute("printf d") io.write("e") print("f") io.write("g")`))
	if err := errors.Join(err, in.Close()); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "abcdef\ng"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestExit(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]int{
		`os.exit()`: 0, `os.exit(true)`: 0, `os.exit(false)`: 1, `os.exit(7, true)`: 7,
		`pcall(os.exit, 3) print("not here")`:                                3,
		`coroutine.wrap(function() os.exit(4) end)() print("not here")`:      4,
		`table.sort({1, 2, 3}, function() os.exit(5) end) print("not here")`: 5,
		`while true do pcall(function() os.exit(6) end) end`:                 6,
	} {
		in, out := interpreter(t, "")
		err := in.Run("t.lua", []byte(src))
		var exit *luabind.ExitError
		if !errors.As(err, &exit) || exit.Code != want || len(out.String()) != 0 {
			t.Errorf("%s: got %v and output %q, want code %d", src, err, out, want)
		}
	}
}
