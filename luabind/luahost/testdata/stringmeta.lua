-- programs may give strings operators
local mt = getmetatable("")
mt.__band = function(a, b) return "band " .. tostring(a) .. " " .. tostring(b) end
mt.__bnot = function(a) return "bnot " .. a end
mt.__call = function(s, n) return s:rep(n) end
show("a" & 1, 2 & "b", ~"c", ("ab")(3))
mt.__add = function(a, b) return "add" end
show("10" + 1, "x" + 1)
