local function f(a) a = tostring(a) return a end
print(f(5))
local function g(a, b) b = f(a) a = f(b) return a, b end
print(g(1, 2))
local function h(x) x = x or {} x.v = (x.v or 0) + 1 return x end
print(h().v, h({v = 5}).v)
local function k(...) local a, b = ... a, b = b, a return a, b end
print(k(1, 2))
local function m(s) s = s:upper():lower() .. "!" return s end
print(m("Abc"))
local function n(t) t = {t, t} t = {t[1], #t} return t[1], t[2] end
print(n(3))
local function o(f) f = f(f) return f end
print(o(function(x) return type(x) end))
