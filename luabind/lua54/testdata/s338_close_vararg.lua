local function f(...) local c <close> = setmetatable({}, {__close = function() end}) return ... end print(f(1, nil, 3)) print(f())
