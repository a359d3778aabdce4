package lualib

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// newVM returns a VM with the library, whose print goes to the builder.
func newVM(tb testing.TB, cfg Config) (*lua.LState, *strings.Builder) {
	tb.Helper()
	L := lua.NewState(lua.Options{
		SkipOpenLibs: true, CallStackSize: 1000, RegistrySize: 1024, RegistryMaxSize: 1 << 18,
		RegistryGrowStep: 1024,
	})
	out := new(strings.Builder)
	if cfg.Print == nil {
		cfg.Print = func(line string) { out.WriteString(line + "\n") }
	}
	if cfg.Location == nil {
		cfg.Location = time.UTC
	}
	Open(L, cfg)
	tb.Cleanup(func() {
		EndCoroutines(L)
		L.Close()
	})
	return L, out
}

// run executes source text with a deadline.
func run(L *lua.LState, name, src string) error {
	proto, err := lua54.Compile(name, []byte(src), lua54.Options{})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	L.SetContext(ctx)
	rt := lua54.From(L)
	rt.Adopt(L)
	L.Push(rt.NewFunction(proto, L.G.Global))
	return rt.PCall(L, 0, 0, nil)
}

// findLua returns the path of the reference implementation.
func findLua(tb testing.TB) string {
	tb.Helper()
	path, err := exec.LookPath("lua5.4")
	if err != nil {
		tb.Fatal("lua5.4 is missing, and the library is measured against it: apt-get install lua5.4")
	}
	return path
}

// prelude gives a program of the corpus what makes its output comparable:
// show prints values without addresses, and try prints the outcome of a call.
const prelude = `
local function clean(v)
  local s = tostring(v)
  return (s:gsub("0x%x+", "ADDRESS"))
end
function show(...)
  local t = table.pack(...)
  for i = 1, t.n do t[i] = clean(t[i]) end
  print(table.concat(t, " | "))
end
function try(f, ...) show(pcall(f, ...)) end
`

// TestCorpus runs every program of testdata on both implementations. A
// program is a file, or a part of one between lines that begin with "---- ".
func TestCorpus(t *testing.T) {
	t.Parallel()
	reference := findLua(t)
	files, err := filepath.Glob("testdata/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	programs := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split("\n"+string(src), "\n---- ")
		name := strings.TrimSuffix(filepath.Base(file), ".lua")
		want := reference54(t, reference, parts[1:])
		for i, part := range parts[1:] {
			title, body, _ := strings.Cut(part, "\n")
			programs++
			t.Run(name+"/"+title, func(t *testing.T) {
				t.Parallel()
				L, out := newVM(t, Config{})
				if err := run(L, "corpus", prelude); err != nil {
					t.Fatal(err)
				}
				out.Reset()
				if err := run(L, "corpus", body); err != nil {
					fmt.Fprintln(out, "error:", lua54.ErrorValue(err))
				}
				if diff := cmp.Diff(want[i], out.String()); diff != "" {
					t.Errorf("output differs (-lua5.4 +lualib):\n%s", diff)
				}
			})
		}
	}
	if programs < 150 {
		t.Errorf("the corpus has %d programs, want 150 at least", programs)
	}
}

// reference54 runs the programs of a file in one process, each with globals
// of its own, and returns their outputs.
func reference54(t *testing.T, path string, parts []string) []string {
	t.Helper()
	const separator = "\x01----\x01"
	var script strings.Builder
	script.WriteString("local parts = {\n")
	for _, part := range parts {
		_, body, _ := strings.Cut(part, "\n")
		fmt.Fprintf(&script, "%s,\n", longQuote(body))
	}
	fmt.Fprintf(&script, `}
local prelude = %s
for _, body in ipairs(parts) do
  local env = setmetatable({}, {__index = _G})
  env._G = env
  load(prelude, "=corpus", "t", env)()
  local ok, err = pcall(function() assert(load(body, "=corpus", "t", env))() end)
  if not ok then print("error: " .. tostring(err)) end
  io.write("%s")
end
`, longQuote(prelude), separator)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "-")
	cmd.Stdin = strings.NewReader(script.String())
	cmd.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("lua5.4: %v\n%s", err, stderr.String())
	}
	results := strings.Split(string(out), separator)
	return results[:len(results)-1]
}

func longQuote(s string) string { return "[=====[\n" + s + "]=====]" }
