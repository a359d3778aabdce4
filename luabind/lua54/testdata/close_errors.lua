local function c(name, err) return setmetatable({}, {__close = function(_, e) print("close", name, e) if err then error(err, 0) end end}) end
print(pcall(function() local a <close> = c("a") local b <close> = c("b", "from b") local d <close> = c("d") error("first", 0) end))
print(pcall(function() local a <close> = c("a") local b <close> = c("b", "from b") end))
print(pcall(function() local a <close> = c("a", "from a") return 1 end))
print(xpcall(function() local a <close> = c("a") error("x", 0) end, function(e) print("handler", e) return "handled " .. e end))
local function nest() local a <close> = c("n1") print(pcall(function() local b <close> = c("n2") error("in", 0) end)) return "ok" end
print(nest())
