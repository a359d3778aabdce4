local f do local x <close> = setmetatable({v = 1}, {__close = function(s) s.v = 2 end}) f = function() return x.v end print(f()) end print(f())
