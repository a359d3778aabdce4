local function f() local v = 1 local c <close> = setmetatable({}, {__close = function() v = 100 end}) return v, v + 1 end print(f())
