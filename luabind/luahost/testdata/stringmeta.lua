-- Programs may give strings operators.
local mt = getmetatable("")
mt.__band = function(a, b) return "band " .. tostring(a) .. " " .. tostring(b) end
mt.__bnot = function(a) return "bnot " .. a end
mt.__call = function(s, n) return s:rep(n) end
print("a" & 1, 2 & "b", ~"c", ("ab")(3))
mt.__add = function() return "add" end
print("10" + 1, "x" + 1, ("x"):upper(), rawequal(mt, getmetatable("")))
-- The traceback of a coroutine, and one with a message that is no string.
local co = coroutine.create(function() coroutine.yield() end)
coroutine.resume(co)
print((debug.traceback(co, "message"):match("^message\nstack traceback:\n")))
print(debug.traceback({}) ~= nil, type(debug.traceback()), debug.traceback(co, nil):match("^stack"))
