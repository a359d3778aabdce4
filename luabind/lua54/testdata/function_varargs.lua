local function f(...)
  local a, b = ...
  return select("#", ...), a, b, ...
end
print(f())
print(f(nil))
print(f(1, nil, 3, nil))
local function g(a, ...) return ..., a end
print(g(1, 2, 3))
print((g(1, 2, 3)))
local function h(...) local t = {...} return #t, t[1], t[#t] end
print(h(5, 6, 7))
local function tail(...) return select(2, ...) end
print(tail(1, 2, 3))
local function count(...) return select("#", ...) end
print(count(nil, nil), count(), count((f())), count(f(1, 2)))
local function nest(...) return (function(...) return ... end)(...) end
print(nest(1, 2))
local t = {f(1), f(2)}
print(#t)
local function many(...) local s = 0 for _, v in ipairs({...}) do s = s + v end return s end
print(many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
print(...)
