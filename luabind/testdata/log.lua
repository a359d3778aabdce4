Logging, and the warnings about globals.

--- levels
spoa.on("m", function(msg)
  spoa.log.debug("a", 1, nil, true)
  spoa.log.info(1.5, spoa.ipv4("192.0.2.1"))
  spoa.log.warn("w")
  spoa.log.error("e")
  spoa.log("plain", msg)
  print("p", 2)
end)
--> call m
--> log ^level=DEBUG msg="a 1 nil true" script=t.lua line=2$
--> log ^level=INFO msg="1.5 192.0.2.1" script=t.lua line=3$
--> log ^level=WARN msg=w script=t.lua line=4$
--> log ^level=ERROR msg=e script=t.lua line=5$
--> log ^level=INFO msg="plain message m" script=t.lua line=6$
--> log ^level=INFO msg="p 2" script=t.lua line=7$

--- control characters are escaped
spoa.on("m", function(msg) print(msg.ua) print("a\nb\27[0m\255\u{202e}ä") end)
--> call m ua=str:x%0d%0ay
--> log msg=x\\x0d\\ny script
--> log msg=a\\nb\\x1b\[0m\\xff\\u\{202e\}ä script

--- tostring metamethods
print(setmetatable({}, { __tostring = function() return "mine" end }))
--> log msg=mine script=t.lua line=1

--- globals of handlers are told once for a place
count = 0
function helper() count = count + 1 end
helper()
spoa.on("m", function(msg)
  count = count + 1
  helper()
  total = count
  set_var("txn.total", total)
end)
--> call m
--> set-var txn.total int64:3
--> log ^level=WARN msg="handler assigns a global.*spoa.shared.*" script=t.lua line=5 global=count$
--> log ^level=WARN msg="handler assigns a global.*" script=t.lua line=2 global=count$
--> log ^level=WARN msg="handler assigns a global.*" script=t.lua line=7 global=total$
--> call m
--> set-var txn.total int64:5

--- numbers and integers as tostring has them
print(1e100, 2^53, math.maxinteger, -0.0, 10 // 3)
warn("@on") warn("care", "ful")
--> log msg="1e\+100 9007199254740992 9223372036854775807 -?0(.0)? 3"
--> log ^level=WARN msg="Lua warning: careful"
