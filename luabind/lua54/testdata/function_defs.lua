local t = {a = {b = {}}}
function t.f(x) return x end
function t.a.g(x) return x * 2 end
function t.a.b:m(x) return self == t.a.b, x end
print(t.f(1), t.a.g(2), t.a.b:m(3))
local function fact(n) return n <= 1 and 1 or n * fact(n - 1) end
print(fact(10))
function globalf(a, b, c) return c, b, a end
print(globalf(1, 2))
local f = function(...) return ... end
print(f(1, 2), (f(1, 2)))
print((function() end)(), type((function() end)))
print(#{(function() return 1, 2 end)(), (function() return 1, 2 end)()})
local function noret() end
print(noret(), (noret()))
local r = {noret(), noret()}
print(#r)
