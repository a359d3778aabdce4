local t = {} for i = 1, 3 do t[i] = {get = function() return i end, inc = function() i = i + 1 end} end t[1].inc() print(t[1].get(), t[2].get())
