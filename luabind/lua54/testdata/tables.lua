local t = {1, 2, 3; x = 4, ["y z"] = 5, [100] = 6, [1.5] = 7, [true] = 8, 9}
print(t.x, t["y z"], t[100], t[1.5], t[true], t[4])
local function f() return 1, 2, 3 end
print(#{f()}, #{f(), f()}, #{(f())}, #{f(), nil}, #{f(), 10})
print(({10, 20})[2], ({a = 1}).a, #{n = 1}, #{[1] = 1, [2] = 2})
local nested = {a = {b = {c = {1, 2, {3}}}}}
print(nested.a.b.c[3][1])
local big = {1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,f()}
print(#big, big[50], big[51], big[60], big[61], big[63])
t = {}
t[1.0] = "a" t[2^53] = "b"
print(t[1], t[2^53], next({}) == nil)
t = {[1] = "x", "y"}
print(t[1])
local k = {}
t = {[k] = 1, k = 2}
print(t[k], t.k)
print(pcall(function() return {[nil] = 1} end))
print(pcall(function() local t = {} t[0/0] = 1 end))
print(({})[nil], ({})[0/0])
local e = {f = function(self) return self end}
print(e:f() == e, e.f(1))
