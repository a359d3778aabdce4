local function f(x) return type(x), x end
print(f"str") print(f'str') print(f[[long]]) print((select(1, f{})))
local o = {m = function(self, x) return x end}
print(o:m"a", o:m[[b]], type(o:m{}))
print(("x"):rep(3), ("%d"):format(5), #("abc"):upper())
local s = "hello"
print(s:len(), s:sub(2, 3), s:upper():lower())
local t = {f = {g = function(...) return select("#", ...) end}}
print(t.f.g(1, 2), t.f:g(1), t["f"]["g"]())
print(f
(1))
