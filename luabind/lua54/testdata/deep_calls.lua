local function depth(n) if n == 0 then return 0 end return 1 + depth(n - 1) end
print(depth(180))
print(pcall(depth, 180))
local function nest(n) if n == 0 then return "bottom" end local ok, v = pcall(nest, n - 1) return v end
print(nest(100))
local t = setmetatable({}, {__index = function(t, k) if k == 0 then return "end" end return t[k - 1] end})
print(t[100])
