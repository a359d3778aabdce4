package lua54

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func lines(n int, format string) string {
	var b strings.Builder
	for i := range n {
		if strings.Contains(format, "%d") {
			fmt.Fprintf(&b, format, i)
		} else {
			b.WriteString(format)
		}
	}
	return b.String()
}

// excesses are chunks that are too much of something, or nearly so.
var excesses = []struct {
	name, source, want string // want is part of the message, or "" for none
}{
	{"200 locals", lines(200, "local a%d = 1\n"), ""},
	{"201 locals", lines(201, "local a%d\n"), "too many local variables (limit is 200) in main function"},
	{"201 locals in a function", "function f()\n" + lines(201, "local a%d\n") + "end", "in function at line 1"},
	{"201 parameters", "function f(" + lines(200, "a%d,") + "z) end", "too many local variables"},
	{"upvalues", upvalueChunk(260), "too many upvalues (limit is 255)"},
	{"250 upvalues", upvalueChunk(250), ""},
	{"parentheses", "x = " + strings.Repeat("(", 300) + "1" + strings.Repeat(")", 300), "C stack overflow"},
	{"a million parentheses", "x = " + strings.Repeat("(", 1e6), "C stack overflow"},
	{"tables", "x = " + strings.Repeat("{", 300), "C stack overflow"},
	{"functions", strings.Repeat("x = function() ", 300), "C stack overflow"},
	{"blocks", strings.Repeat("do ", 1000), "C stack overflow"},
	{"unary", "x = " + strings.Repeat("not ", 1000) + "1", "C stack overflow"},
	{"concat chain", "x = " + strings.Repeat("'a' .. ", 1000) + "'b'", "C stack overflow"},
	{"concat chain within", "x = " + strings.Repeat("a .. ", 180) + "'b'", ""},
	{"power chain", "x = " + strings.Repeat("2 ^ ", 1000) + "2", "C stack overflow"},
	{"assignment targets", "a" + strings.Repeat(",a", 300) + " = 1", "C stack overflow"},
	{"sum", "x = y" + strings.Repeat(" + y", 9000), ""},
	{"long sum", "x = y" + strings.Repeat(" + y", 1e6), "too many syntax levels"},
	{"or chain", "x = y" + strings.Repeat(" or y", 9000), ""},
	{"and chain of conditions", "if y == 1" + strings.Repeat(" and y == 1", 9000) + " then end", ""},
	{"index chain", "x = y" + strings.Repeat(".y", 9000), ""},
	{"call chain", "y" + strings.Repeat("()", 9000), ""},
	{"long call chain", "y" + strings.Repeat("()", 1e5), "too many syntax levels"},
	{"nested sums", nestedSums(150, 300), "too many syntax levels"},
	{"strings in a table", "x = {" + lines(50000, "'s%d',") + "}", ""},
	{"constants", lines(100000, "x = %d.5\n"), ""},
	{"too many constants", "x = {" + lines(270000, "%d.5,") + "}", "constant table overflow"},
	{"fields of a table", "x = {" + lines(20000, "a%d = 1,") + "}", ""},
	{"globals", lines(3000, "g%d = 1\n"), ""},
	{"too many globals", lines(5000, "g%d = 1\n"), "too many global variables"},
	{"arguments", "f(" + strings.Repeat("1,", 240) + "1)", ""},
	{"too many arguments", "f(" + strings.Repeat("1,", 260) + "1)", "too many registers"},
	{"too many results", "return " + strings.Repeat("1,", 260) + "1", "too many registers"},
	{"elseif", "if a then " + strings.Repeat("elseif a then x = 1 ", 5000) + "end", ""},
	{"long loop", "while a do " + strings.Repeat("x = 1 ", 140000) + "end", "control structure too long"},
	{"many functions", strings.Repeat("f(function() end) ", 5000), ""},
	{"many labels", lines(2000, "::l%d:: ") + lines(2000, "goto l%d "), ""},
	{"long string", "x = '" + strings.Repeat("a", 1<<20) + "'", ""},
	{"long name", "x = " + strings.Repeat("a", 1<<20), ""},
	{"long number", "x = " + strings.Repeat("1", 1<<20), ""},
	{"long broken number", "x = " + strings.Repeat("1", 1<<20) + "z", "malformed number"},
	{"long comment", "--[[" + strings.Repeat("] ", 1<<20), "unfinished long comment"},
	{"zero bytes", strings.Repeat("\x00", 1000), "unexpected symbol near '<\\0>'"},
}

// TestLimits compiles them: the result is a SyntaxError or a prototype, soon,
// and never a panic.
func TestLimits(t *testing.T) {
	t.Parallel()
	for _, tt := range excesses {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			_, err := Compile("c", []byte(tt.source), Options{TrapGlobalAssign: true})
			if took := time.Since(start); took > 5*time.Minute {
				t.Errorf("took %s", took)
			}
			if tt.want == "" {
				if err != nil {
					t.Errorf("got error %v", err)
				}
				return
			}
			var se *SyntaxError
			if !errors.As(err, &se) || !strings.Contains(se.Msg, tt.want) {
				t.Errorf("got error %v, want %s", err, tt.want)
			}
		})
	}
}

// upvalueChunk has one function that uses n variables of those around it.
func upvalueChunk(n int) string {
	var b, sum strings.Builder
	for i := range n {
		if i%100 == 0 {
			b.WriteString("local function f() ")
		}
		fmt.Fprintf(&b, "local a%d = 1 ", i)
		fmt.Fprintf(&sum, "x = a%d ", i)
	}
	return b.String() + "function g() " + sum.String() + " end" + strings.Repeat(" end", (n+99)/100)
}

func nestedSums(levels, width int) string {
	return strings.Repeat("(", levels) + "f()" + strings.Repeat(strings.Repeat("+1", width)+")", levels) + "()"
}
