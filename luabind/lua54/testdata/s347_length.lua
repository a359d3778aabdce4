print(#"", #"abc", #{}, #{1, 2, 3}, #{n = 1}, #"\0\0") local t = setmetatable({}, {__len = function() return 7 end}) print(#t)
