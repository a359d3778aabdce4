local t = setmetatable({}, {__tostring = function() return "me" end}) print(t, tostring(t))
