local t = setmetatable({}, {__idiv = function(a, b) return "idiv" end, __mod = function() return "mod" end}) print(t // 1, 1 // t, t % 2, 2 % t)
