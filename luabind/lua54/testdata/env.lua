local print = print
local function f() local _ENV = {x = 5} return x end
print(f())
do local _ENV = {y = 1} z = y + 1 print(z) end
print(z)
local function g(_ENV) return a + b end
print(g{a = 1, b = 2})
print(_ENV == _G, _ENV.print == print)
x = 10
print(_ENV.x, _G.x)
_ENV.w = 7
print(w)
local function sandbox() local _ENV <const> = {print = print} function h() return 1 end print(h()) end
sandbox()
print(h)
local e = setmetatable({}, {__index = _G, __newindex = function(t, k, v) rawset(t, k, v * 2) end})
do local _ENV = e q = 21 print(q) end
print(rawget(_G, "q"))
