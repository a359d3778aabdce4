package lua54

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// broken are chunks that no Lua accepts. Their messages are compared with
// PUC Lua's.
var broken = []string{
	"x = = 1", `x = "abc`, `x = "ab\qc"`, `x = "\300"`, `x="\xg1"`, `x="\u{110000000}"`, `x="\u{zz}"`,
	`x="\u123"`, "x = [[abc", "x = [==abc", "--[[ abc", "x = 3x", "x = 0xg", "x = @", "x = 1 \x01",
	"for i=1 do end", "if x then\n\n", "local a <foo> = 1", "local a <const> = 1; a = 2", "goto x", "break",
	"::a:: ::a::", "goto a; local x; ::a:: print(1)", "f() = 1", "a.b", "x = }", "function f(a,) end",
	"return 1 2", "local function f() return ... end", "x = 'a\nb'", "for a.b in x do end", "for a do end",
	"local a <close>, b <close> = 1,2", `x = "a\u{41`, "x=1e+", "x = ~", `x = "\x4`, "x = a b", "x:y", "f{",
	"f(\n1", `x="\3000"`, `x = "a\`, "function a:b.c() end", "local x <const>; x = 1", "local", "local 1",
	"function", "function f", "function f(", "function f(a", "function f(a b) end", "if", "if x", "if x then else else end",
	"while", "while x", "while x do", "repeat", "repeat\nuntil", "for", "for x", "for x in", "for x in y", "for x = 1, 2",
	"do", "end", "until", "else", "then", "(", ")", "x", "x,", "x, y", "x = ", "x = 1,", "x.1 = 2", "x[1 = 2",
	"x = {1, 2", "x = {\n1,\n2", "x = {a = }", "x = {[1] 2}", "x = {[1}", "x = (1", "x = (1\n", "return return",
	"goto 1", "goto", "::1::", "::a", ":: a :", "local x <", "local x <const", "local x <1>", "x = 1 + ", "x = not",
	"x = #", "x = 1 .. ", "a.b:c = 1", "a:b", "a:1()", "f().x", "(a) = 1", "(a).b", "a = function", "a = function() ",
	"local function", "local function 1", "x = 'a' 'b'", "x = 5 'b'", "x = y 5", "x = 0x", "x = 1..2", "x = 1.2.3",
	"x = .", "x = ..", "x = ....", "x = $", "x = !", "x = `", "x = \\", "local x = 5 = 6", "x += 1",
	"x != 1", "if x = 1 then end", "goto continue; local a; ::continue:: a = 1", "do goto x end ::y::",
	"function f() goto out end ::out::", "repeat goto c; local z; ::c:: until z", "for i = 1, 2 do break break x end end",
	"local function f() break end", "while true do function g() break end end", "::x:: do ::x:: end", "x = '\\x'", "x = '\\u'",
	"x = '\\256'", "x = [=[ ]] ", "x = '\\u{}'", "x = 1e", "x = 0x1p", "x = 1e5x", "return;;", "return 1;2",
	"local a <const> = 1; function a() end", "local a <const> = 1; local function f() a = 2 end", "x = a.", "x = a:", "x = a:b",
	"x = {f = function() end", "if a then elseif", "if a then elseif b", "local a, = 1", "a, b += 1, 2", "for i, = 1", "\xff = 1", "x = \"\xff\n",
	"local t = {}; t.x.y", "and", "x = or 1", "x = 1 and", "for k, v in pairs(t) print(k) end", "while x then end", "if x do end",
	"print('a' .. 'b'", "print(1,)", "f(,)", "x = function(a, ...", "x = function(..., a) end", "local x <close> = 1; x = 2", "@", "x = 'unclosed\\z  ",
}

func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	luac, err := exec.LookPath("luac5.4")
	if err != nil {
		t.Fatal("luac5.4 is missing; the tests compare with it: apt-get install lua5.4")
	}
	for _, source := range broken {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(luac, "-p", "-")
			cmd.Stdin = strings.NewReader(source)
			out, err := cmd.CombinedOutput()
			if err == nil {
				t.Fatal("PUC Lua accepts it")
			}
			_, want, _ := strings.Cut(strings.TrimSpace(string(out)), ": ") // behind luac's own name
			_, err = Compile("stdin", []byte(source), Options{})
			if err == nil {
				t.Fatalf("no error, want %s", want)
			}
			var se *SyntaxError
			if !errors.As(err, &se) || se.Column < 1 || se.Line < 1 {
				t.Errorf("error %#v has no place", err)
			}
			if err.Error() != want {
				t.Errorf("got  %s\nwant %s", err, want)
			}
		})
	}
}
