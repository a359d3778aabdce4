package lua54

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
)

// number writes an expression whose value is a small integer.
func (a *author) number(depth int) string {
	if depth == 0 || len(a.vars) == 0 {
		if len(a.vars) > 0 && a.IntN(3) > 0 {
			return a.vars[a.IntN(len(a.vars))]
		}
		return strconv.Itoa(a.IntN(20))
	}
	x, y := a.number(depth-1), a.number(depth-1)
	switch a.IntN(6) {
	case 0:
		return "(" + x + " + " + y + ") % 101"
	case 1:
		return "(" + x + " - " + y + ") % 97"
	case 2:
		return "(" + x + " < " + y + " and " + x + " or " + y + ")"
	case 3:
		return "id(" + x + ", " + y + ")"
	case 4:
		return "(" + x + " & " + y + ")"
	}
	return x
}

func (a *author) cond() string {
	c := a.number(1) + " " + a.pick("<", "<=", ">", ">=", "==", "~=") + " " + a.number(1)
	switch a.IntN(4) {
	case 0:
		return c + " and " + a.number(1) + " ~= 3"
	case 1:
		return "not (" + c + " or " + a.number(0) + " == 7)"
	}
	return c
}

func (a *author) fresh() string {
	a.names++
	return fmt.Sprintf("v%d", a.names)
}

// block writes n statements in a scope of their own.
func (a *author) block(n, depth int) {
	vars := len(a.vars)
	a.indent++
	for range n {
		a.stmt(depth)
	}
	a.indent--
	a.vars = a.vars[:vars]
}

func (a *author) local(value string) {
	v := a.fresh()
	a.line("local %s = %s", v, value)
	a.vars = append(a.vars, v)
}

func (a *author) stmt(depth int) {
	if depth == 0 || len(a.vars) < 2 {
		a.simpleStmt()
		return
	}
	n := 1 + a.IntN(4)
	switch a.IntN(12) {
	case 0:
		a.line("if %s then", a.cond())
		a.block(n, depth-1)
		a.line("elseif %s then", a.cond())
		a.block(n, depth-1)
		a.line("else")
		a.block(1, depth-1)
		a.line("end")
	case 1, 2:
		a.loop(fmt.Sprintf("for i%d = %s, %d do", depth, a.pick("1", "id(1)", a.vars[0]), a.IntN(5)), "end", n, depth)
	case 3:
		v := a.fresh()
		a.line("local %s = 0", v)
		a.loop(fmt.Sprintf("while %s < 4 do %s = %s + 1", v, v, v), "end", n, depth)
	case 4:
		v := a.fresh()
		a.line("local %s = 0", v)
		a.loop(fmt.Sprintf("repeat %s = %s + 1", v, v), fmt.Sprintf("until %s > 2", v), n, depth)
	case 5:
		a.loop("for _, e in ipairs{3, 1, 2} do", "end", n, depth)
	case 6, 7:
		a.line("fs[#fs + 1] = function(p)")
		a.block(n, depth-1)
		a.line("return %s end", a.number(2))
	case 8:
		a.line("print('pcall', pcall(function()")
		a.block(n, depth-1)
		a.line("if %s then error('e' .. %s, 0) end return %s end))", a.cond(), a.number(1), a.number(1))
	case 9:
		a.line("do local c%d <close> = closer(%s)", depth, a.number(1))
		a.block(n, depth-1)
		a.line("end")
	case 10:
		a.line("if #fs > 0 then print('call', pcall(fs[%s %% #fs + 1])) end", a.number(1))
	default:
		a.line("do")
		a.block(n, depth-1)
		a.line("end")
	}
}

// loop writes a loop whose body may continue or break.
func (a *author) loop(head, tail string, n, depth int) {
	a.line("%s local budget = tick()", head)
	a.names++
	label := fmt.Sprintf("l%d", a.names)
	a.line("do")
	a.block(n, depth-1)
	if a.IntN(2) == 0 {
		a.line("if %s then goto %s end", a.cond(), label)
	}
	if a.IntN(2) == 0 {
		a.line("if %s then break end", a.cond())
	}
	a.block(n, depth-1)
	a.line("end ::%s::", label)
	a.line("%s", tail)
}

func (a *author) simpleStmt() {
	if len(a.vars) < 2 || a.IntN(5) == 0 {
		a.local(a.number(1))
		return
	}
	x, y := a.vars[a.IntN(len(a.vars))], a.vars[a.IntN(len(a.vars))]
	switch a.IntN(6) {
	case 0:
		a.line("%s = %s", x, a.number(2))
	case 1:
		a.line("%s, %s = %s, %s", x, y, y, x)
	case 2:
		a.line("t[%s], %s = %s, %s", x, x, a.number(1), a.number(1))
	case 3:
		a.line("print(%s, %s, t[%s])", x, a.number(2), y)
	case 4:
		a.line("%s = fs[1] and pcall(fs[1]) and %s or %s", x, y, a.number(1))
	default:
		a.line("%s, %s = id(%s, %s)", x, y, a.number(1), a.number(1))
	}
}

// statePreamble bounds the work: tick raises an error when it is used up.
const statePreamble = `local fs, t, budget = {}, {}, 2000
local function id(...) return ... end
local function tick() budget = budget - 1 if budget < 0 then error("budget", 0) end end
local function closer(n) return setmetatable({}, {__close = function(_, e) print("close", n, e) end}) end
local depth = 0
local rawpcall = pcall
local function pcall(...)
  if depth > 20 then return false, "deep" end
  tick() depth = depth + 1
  local r = table.pack(rawpcall(...))
  depth = depth - 1
  return table.unpack(r, 1, r.n)
end
`

func TestRandomStatements(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		compare(t, fmt.Sprintf("seed %d", seed), statementProgram(seed))
	}
}

// statementProgram runs six random functions.
func statementProgram(seed uint64) string {
	a := &author{Rand: rand.New(rand.NewPCG(seed, 540))}
	a.b.WriteString(statePreamble)
	for range 6 {
		a.line("print(rawpcall(function()")
		a.local("3")
		a.local("5")
		a.block(10, 3)
		a.line("end))")
		a.vars = a.vars[:0]
	}
	return a.b.String()
}
