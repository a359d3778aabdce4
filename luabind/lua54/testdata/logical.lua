local function f(...) return ... end
print(f(nil) and 1, f(false) or 2, f(1) and f(2), f(nil) or f(false), (f(1) and nil) or 3)
local a, b, c = nil, 2, false
print(a and b, a or b, b and c, b or c, c and a, c or a, a and b or c, b and c or a)
print(a == nil and "nil", a ~= nil or "x", not a and b, not (a and b), not a == true)
local x = a and b or c
local y = (a or b) and (c or b)
local z = not (a or c) and (b == 2 and "two")
print(x, y, z)
local v = 1
v = v and v + 1
v = v and v + 1 or 0
print(v)
v = nil
v = v or (v == nil and "was nil")
print(v)
local t = {x = false}
t.x = t.x or t.y or "default"
print(t.x, t.y and t.y.z, t.x and #t.x)
print((1 == 1) == true, (1 < 2) == (2 < 3), 1 < 2 and 2 < 3, 1 < 2 or error("no"))
local function g(p) return p == 1 or p == 2 end
print(g(1), g(2), g(3))
local function h(p, q) return p > q and p or q end
print(h(1, 2), h(3, 2), h(2, 2))
local function k(p) return not (p and p.ok) end
print(k(nil), k({}), k({ok = true}))
local function m(p, q, r) return p and q == 1 or r end
print(m(true, 1, 5), m(true, 2, 5), m(nil, 1, false), m(nil, 1, nil))
local function n(p, q, r) return (p or q == 1) and r end
print(n(false, 1, 7), n(false, 2, 7), n(true, 2, 7), n(nil, 1, nil))
