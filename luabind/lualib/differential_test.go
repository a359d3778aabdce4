package lualib

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// differentialCases is how many random calls are compared with lua5.4.
const differentialCases = 4000

// TestDifferential makes random pattern, format, pack and tonumber calls and
// compares the outcome of each with one lua5.4 process. The seed is fixed, so
// that a failure stays. It goes on with other seeds, which the names of
// subtests tell, for as long as the environment variable LUA_DIFFERENTIAL
// says, such as 60s; LUA_DIFFERENTIAL_SEED is the first of them.
func TestDifferential(t *testing.T) {
	t.Parallel()
	compareCalls(t, 2026)
	duration, _ := time.ParseDuration(os.Getenv("LUA_DIFFERENTIAL"))
	first, err := strconv.ParseUint(os.Getenv("LUA_DIFFERENTIAL_SEED"), 10, 64)
	if err != nil {
		first = uint64(time.Now().Unix())
	}
	for seed, end := first, time.Now().Add(duration); time.Now().Before(end) && !t.Failed(); seed++ {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { compareCalls(t, seed) })
	}
}

func compareCalls(t *testing.T, seed uint64) {
	t.Helper()
	path := findLua(t)
	g := generator{rand.New(rand.NewPCG(54, seed))}
	calls := make([]string, differentialCases)
	var script strings.Builder
	for i := range calls {
		calls[i] = g.call()
		fmt.Fprintf(&script, "report(%d, pcall(%s))\n", i, calls[i])
	}
	const report = `
local function text(v)
  local s = tostring(v)
  return (s:gsub("[^%g ]", function(c) return ("\\%d"):format(c:byte()) end))
end
local function report(i, ...)
  local t = table.pack(...)
  for k = 1, t.n do t[k] = text(t[k]) end
  print(i .. ": " .. table.concat(t, " | "))
end
local find, match, gsub = string.find, string.match, string.gsub
local function gmatch(s, p, init)
  local r = {}
  for a, b in string.gmatch(s, p, init) do
    r[#r + 1] = tostring(a) .. "," .. tostring(b)
    if #r > 50 then break end
  end
  return table.concat(r, ";")
end
`
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "-")
	cmd.Stdin = strings.NewReader(report + script.String())
	want, err := cmd.Output()
	if err != nil {
		t.Fatal("lua5.4:", err)
	}
	L, out := newVM(t, Config{})
	for _, part := range batches(report, calls) {
		if err := run(L, "stdin", part); err != nil {
			t.Fatal(err)
		}
	}
	compareLines(t, calls, string(want), out.String())
}

// batches makes chunks of few enough constants for the compiler.
func batches(head string, calls []string) (parts []string) {
	for from := 0; from < len(calls); from += 50 {
		var b strings.Builder
		b.WriteString(head)
		for i := from; i < min(from+50, len(calls)); i++ {
			fmt.Fprintf(&b, "report(%d, pcall(%s))\n", i, calls[i])
		}
		parts = append(parts, b.String())
	}
	return parts
}

func compareLines(t *testing.T, calls []string, want, got string) {
	t.Helper()
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	failures := 0
	for i, call := range calls {
		if i >= len(w) || i >= len(g) {
			t.Fatalf("output ends early: %d and %d lines", len(w), len(g))
		}
		if w[i] == g[i] {
			continue
		}
		if failures++; failures <= 10 {
			t.Errorf("%s\n lua5.4: %s\n lualib: %s", call, w[i], g[i])
		}
	}
	if failures > 10 {
		t.Errorf("%d calls differ", failures)
	}
}

type generator struct{ *rand.Rand }

func (g generator) pick(choices ...string) string { return choices[g.IntN(len(choices))] }

func (g generator) subject() string {
	var b strings.Builder
	for range g.IntN(12) {
		b.WriteString(g.pick("a", "b", "ab", "1", " ", ".", "(", ")", ",", "-", "%", "]", "^", "$", "Z", "é"))
	}
	return b.String()
}

func (g generator) pattern() string {
	var b strings.Builder
	if g.IntN(6) == 0 {
		b.WriteByte('^')
	}
	for range 1 + g.IntN(5) {
		b.WriteString(g.pick("a", "b", ".", "%a", "%d", "%s", "%w", "%p", "%A", "[ab]", "[^a]", "[%a1]", "[a-z]",
			"()", "(a)", "(.)", "(%a*)", "(", ")", "%1", "%b()", "%f[%a]", "%f[%W]", "%.", "%%", "]", "[]]", "[", "%", "$"))
		b.WriteString(g.pick("", "", "", "*", "+", "-", "?"))
	}
	if g.IntN(6) == 0 {
		b.WriteByte('$')
	}
	return b.String()
}

func (g generator) call() string {
	q := func(s string) string { return string(quoteString(nil, s)) }
	switch g.IntN(9) {
	case 0, 1:
		return fmt.Sprintf("match, %s, %s, %d", q(g.subject()), q(g.pattern()), g.IntN(8)-3)
	case 2:
		return fmt.Sprintf("find, %s, %s", q(g.subject()), q(g.pattern()))
	case 3:
		return fmt.Sprintf("gmatch, %s, %s", q(g.subject()), q(g.pattern()))
	case 4:
		repl := g.pick("x", "%0", "%1", "<%1%0>", "%%", "", "%2", "%")
		return fmt.Sprintf("gsub, %s, %s, %s", q(g.subject()), q(g.pattern()), q(repl))
	case 5:
		return fmt.Sprintf("string.format, %s, %s", q(g.spec("diuxXoc")), g.pick("0", "1", "-1", "42", "255", "65", "-300", "1234567890123"))
	case 6:
		return fmt.Sprintf("string.format, %s, %s", q(g.spec("eEfgG")), g.pick("0", "1", "-1.5", "0.1", "123456.789", "1e20", "-1e-7", "1/0", "2.5", "99999.5"))
	case 7:
		f := g.pick("<", ">", "=") + g.pick("", "!", "!4 ") + g.pick("i1", "I2", "i3", "b", "h", "j", "i8", "i16", "c5", "s2", "z", "x", "d", "f", "Xi4 b")
		v := g.pick("1", "-1", "100", "200", "70000", "'ab'", "1.5", "-2.25", "1099511627776")
		return fmt.Sprintf("string.pack, %s, %s", q(f), v)
	}
	var b strings.Builder
	for range 1 + g.IntN(5) {
		b.WriteString(g.pick("1", "0", "9", "x", "e1", ".5", "-", " ", "f", "0x1F", "p", "_", "inf"))
	}
	s := b.String()
	if strings.ContainsAny(s, "pP.e") { // floats print as integers when whole, unlike 5.4
		return fmt.Sprintf("function() local n = tonumber(%s) return n and n * 1.5 == n + n / 2 end", q(s))
	}
	return fmt.Sprintf("tonumber, %s%s", q(s), g.pick("", ", 10", ", 16", ", 36", ", 2"))
}

func (g generator) spec(verbs string) string {
	var b strings.Builder
	b.WriteString("[%")
	b.WriteString(g.pick("", "", "-", "+", " ", "0", "#", "-0", "+0"))
	b.WriteString(g.pick("", "", "5", "12", "1"))
	b.WriteString(g.pick("", "", ".0", ".3", ".", ".10"))
	b.WriteByte(verbs[g.IntN(len(verbs))])
	return b.String() + "]"
}

// FuzzPattern looks for panics and endless loops of the matcher.
func FuzzPattern(f *testing.F) {
	f.Add("hello world", "(%w+) (%w+)", "%2 %1")
	f.Add("((x))", "%b()", "%0")
	f.Add("aaa", "a-(a*)%1[^]]%f[%w]", "%1")
	L, _ := newVM(f, Config{Limits: Limits{MaxString: 1 << 16}})
	f.Fuzz(func(t *testing.T, s, p, repl string) {
		call := func(name string, args ...string) {
			code := "pcall(" + name
			for _, a := range args {
				code += ", " + string(quoteString(nil, a))
			}
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			if err := runIn(ctx, L, code+")"); err != nil && ctx.Err() == nil {
				t.Fatalf("%s: %v", code, err)
			}
		}
		call("string.find", s, p)
		call("string.gsub", s, p, repl)
		call("string.format", p, s, repl)
		call("string.pack", p, s, repl)
		call("string.unpack", p, s)
		call("tonumber", s)
		if n, ok := lua54.ParseNumber(s); ok && n == nil {
			t.Fatal("a number that is nil")
		}
	})
}
