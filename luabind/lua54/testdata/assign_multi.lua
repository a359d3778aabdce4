local a, b, c = 1
print(a, b, c)
a, b, c = 1, 2, 3, 4
print(a, b, c)
a, b, c = c, a, b
print(a, b, c)
local t = {1, 2, 3}
t[1], t[2], t[3] = t[3], t[1], t[2]
print(t[1], t[2], t[3])
local i = 1
i, t[i] = 3, "x"
print(i, t[1], t[3])
local o = {n = {v = 1}}
o, o.n = {w = 1}, 5
print(o.w, o.n)
local function f() return 7, 8, 9 end
a, b, c = f()
print(a, b, c)
a, b, c = 0, f()
print(a, b, c)
a, b, c = f(), 0
print(a, b, c)
a, b = (f())
print(a, b)
x, y = 1, 2
x, y = y, x
print(x, y)
local u, v = 1, 2
local function swap() u, v = v, u end
swap()
print(u, v)
local p, q = {}, {}
p.x, q.x, p.y = 1, 2, 3
p, q = q, p
print(p.x, q.x, q.y)
do local a; a, a = 1, 2 print(a) end
