local t = setmetatable({}, {__unm = function() return "neg" end, __len = function() return 3 end, __bnot = function() return "not" end}) print(-t, #t, ~t)
