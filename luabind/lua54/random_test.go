package lua54

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// author writes random programs that end and print what they do. It keeps to
// integers that stay small, so that PUC Lua prints the same.
type author struct {
	*rand.Rand
	b      strings.Builder
	indent int
	names  int
	vars   []string
}

func (a *author) pick(of ...string) string { return of[a.IntN(len(of))] }

func (a *author) line(format string, args ...any) {
	a.b.WriteString(strings.Repeat(" ", a.indent))
	fmt.Fprintf(&a.b, format+"\n", args...)
}

// expr writes an expression of any type; many of them fail.
func (a *author) expr(depth int) string {
	if depth == 0 {
		return a.leaf()
	}
	x, y := a.expr(depth-1), a.expr(depth-1)
	switch a.IntN(14) {
	case 0, 1, 2:
		return "(" + x + " " + a.pick("+", "-", "*", "//", "%") + " " + y + ")"
	case 3:
		return "(" + x + " " + a.pick("&", "|", "~") + " " + y + ")"
	case 4:
		return "(" + x + " " + a.pick("<<", ">>") + " " + a.pick("1", "2", "5", "0", "b") + ")"
	case 5, 6:
		return "(" + x + " " + a.pick("<", "<=", ">", ">=", "==", "~=") + " " + y + ")"
	case 7, 8, 9:
		return "(" + x + " " + a.pick("and", "or") + " " + y + ")"
	case 10:
		return "(" + x + " .. " + y + ")"
	case 11:
		return a.pick("not ", "- ", "~ ", "#") + x
	case 12:
		return "f(" + x + ", " + y + ")"
	}
	return "t[" + a.leaf() + "]"
}

// leaf has no comparisons: PUC Lua 5.4.4 fails to index with one.
func (a *author) leaf() string {
	return a.pick("1", "2", "3", "0", "10", "-7", `"5"`, `"abc"`, `""`, "true", "false", "nil",
		"a", "b", "s", "n", "t", "t.x", "t.y", "t.u", "t.u.v", "g", "f()", "f(a)", "t[1]", "t.m(a)", "t:m(b)", "(f(1, 2))", "#t", "{}")
}

const preamble = `local a, b, s, n = 7, 3, "str", nil
local t = {10, 20, x = 5, y = "seven", m = function(...) return select("#", ...) end}
local function f(...) return ... end
local function show(ok, ...)
  local p = {n = select("#", ...), ...}
  for i = 1, p.n do
    local v = p[i]
    p[i] = (type(v) == "table" or type(v) == "function") and type(v) or tostring(v)
  end
  print(ok, table.concat(p, " ", 1, p.n))
end
`

// expressionProgram evaluates 400 random expressions.
func expressionProgram(seed uint64) string {
	a := &author{Rand: rand.New(rand.NewPCG(seed, 54))}
	a.b.WriteString(preamble)
	for range 400 {
		switch e := a.expr(1 + a.IntN(4)); a.IntN(4) {
		case 0:
			a.line("show(pcall(function() local v v = %s return v end))", e)
		case 1:
			a.line("show(pcall(function() if %s then return 1 else return 2 end end))", e)
		case 2:
			a.line("show(pcall(function() local v = a v = %s return v, %s end))", e, a.leaf())
		default:
			a.line("show(pcall(function() return %s end))", e)
		}
	}
	return a.b.String()
}

func TestRandomExpressions(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		compare(t, fmt.Sprintf("seed %d", seed), expressionProgram(seed))
	}
}

// TestRandomLonger goes on with other programs for as long as the environment
// variable LUA_DIFFERENTIAL says, such as 60s. The names of subtests have the
// seeds; LUA_DIFFERENTIAL_SEED is the first one.
func TestRandomLonger(t *testing.T) {
	t.Parallel()
	duration, _ := time.ParseDuration(os.Getenv("LUA_DIFFERENTIAL"))
	first, err := strconv.ParseUint(os.Getenv("LUA_DIFFERENTIAL_SEED"), 10, 64)
	if err != nil {
		first = uint64(time.Now().Unix())
	}
	for seed, end := first, time.Now().Add(duration); time.Now().Before(end) && !t.Failed(); seed++ {
		t.Run(fmt.Sprintf("expressions of seed %d", seed), func(t *testing.T) { compareNow(t, expressionProgram(seed), withoutNote) })
		t.Run(fmt.Sprintf("statements of seed %d", seed), func(t *testing.T) { compareNow(t, statementProgram(seed), withoutNote) })
	}
}

// compare runs a program here and with PUC Lua.
func compare(t *testing.T, name, source string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		compareNow(t, source, func(line string) string { return line })
	})
}

// withoutNote drops the name of the operand that an error tells: PUC Lua finds
// names for some operands that a jump computes, as the code happens to lie.
func withoutNote(line string) string { return note.ReplaceAllString(line, "") }

var note = regexp.MustCompile(` \((?:local|upvalue|field|global|method|constant) '[^']*'\)`)

// compareNow compares the output line by line, each as part has it.
func compareNow(t *testing.T, source string, part func(line string) string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "r.lua")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	want := strings.Split(referenceRun(t, reference(t), file), "\n")
	got := strings.Split(newTestVM(t).run("r.lua", source), "\n")
	lines := strings.Split(source, "\n")
	bad := 0
	for i := range min(len(want), len(got)) {
		if part(want[i]) == part(got[i]) {
			continue
		}
		var at int
		if _, rest, ok := strings.Cut(want[i]+got[i], "r.lua:"); ok {
			_, _ = fmt.Sscanf(rest, "%d", &at)
		}
		t.Errorf("line %d of the output:\nwant %s\ngot  %s\nof   %s", i+1, want[i], got[i], lines[max(at-1, 0)])
		if bad++; bad == 5 {
			return
		}
	}
	if len(want) != len(got) {
		t.Errorf("got %d lines of output, want %d", len(got), len(want))
	}
}
