local base = {x = 1, f = function(self) return self.y end}
local t = setmetatable({y = 2}, {__index = base})
print(t.x, t:f(), t.z, rawget(t, "x"))
local log = {}
local p = setmetatable({}, {__index = function(t, k) log[#log + 1] = "get " .. tostring(k) return k end, __newindex = function(t, k, v) log[#log + 1] = "set " .. tostring(k) rawset(t, k, v) end})
p.a = 1 p.a = 2
print(p.a, p.b, p[1], table.concat(log, ","))
local store = {}
local q = setmetatable({}, {__newindex = store})
q.x = 5
print(rawget(q, "x"), store.x)
local c = setmetatable({}, {__call = function(self, ...) return select("#", ...), ... end})
print(c(1, 2), c())
print(pcall(c, 5))
local A = {} A.__index = A
function A.new(v) return setmetatable({v = v}, A) end
function A:get() return self.v end
local B = setmetatable({}, {__index = A}) B.__index = B
function B.new(v) return setmetatable(A.new(v), B) end
function B:get2() return self:get() * 2 end
print(A.new(3):get(), B.new(4):get2())
print(pcall(function() return setmetatable({}, {__index = 5}).x end))
local deep = {v = "deep"}
for i = 1, 50 do deep = setmetatable({}, {__index = deep}) end
print(deep.v)
