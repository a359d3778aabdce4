local m = {__eq = function() return true end} local a, b = setmetatable({}, m), setmetatable({}, m) print(a == b, a ~= b, rawequal(a, b))
