-- objects whose __call is an object
local f = table.pack
for i = 1, 30 do f = setmetatable({i}, {__call = f}) end
local r = f("a", "b")
show(r.n, r[1][1], r[30][1], r[31], r[32])
local n = 5000
local function down(...)
  if n == 0 then return "done", select("#", ...) end
  n = n - 1
  return down()
end
for _ = 1, 50 do down = setmetatable({}, {__call = down}) end
show(coroutine.wrap(function() return down() end)())
try(setmetatable({}, {__call = {}}))
try(function() local x = setmetatable({}, {__call = 1}); return x() end)
-- any value may be the environment
show(load("return _ENV", "c", "t", 12)())
show(load("return _ENV", "c", "t", nil)())
show(load("return function() return _ENV end", "c", "t", "text")()())
show(pcall(load("x = 1", "=c", "t", 12)))
show(load("return X", "c", "t", {X = 5})())
-- ipairs wraps around
local step = ipairs({})
show(step({[math.mininteger] = 10}, math.maxinteger))
show(step({[math.mininteger] = 10}, math.mininteger))
show(step({[-3] = "x"}, -4))
show(step({[0] = "zero"}, -1))
-- -0.0 is a value of its own
show(1 / -0.0, string.format("%.1f", -0.0), -0.0 == 0.0, ({[-0.0] = 1})[0])
-- equal short strings have one address
local s = string.rep("ab", 10)
show(string.format("%p", s) == string.format("%p", "ab" .. string.rep("ab", 9)))
s = string.rep("ab", 100)
show(string.format("%p", s) == string.format("%p", string.rep("ab", 100)))
-- a message handler runs on a stack overflow
local function deep(x) return 1 + deep(x) end
show(xpcall(deep, function(m) return (string.gsub(m, "^.*:%d+: (stack overflow).*", "%1")) end))
show(xpcall(deep, function() return "handled" end))
