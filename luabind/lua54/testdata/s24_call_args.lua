local c = setmetatable({}, {__call = function(self, a, ...) return a, select("#", ...) end}) print(c(1, 2, 3), c(), (c(5)))
