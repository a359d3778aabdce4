local a = {x = 1} local b = setmetatable({y = 2}, {__index = a}) local c = setmetatable({}, {__index = b}) print(c.x, c.y, c.z)
