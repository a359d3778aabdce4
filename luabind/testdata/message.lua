The userdata msg.

--- by name and position
spoa.on("m", function(msg, name)
  set_var("txn.name", name)
  set_var("txn.len", #msg)
  set_var("txn.a", msg.a)
  set_var("txn.two", msg[2])
  set_var("txn.zero", msg[0])
  set_var("txn.three", msg[3])
  set_var("txn.frac", msg[1.5])
  set_var("txn.huge", msg[1e300])
  set_var("txn.str", tostring(msg))
end)
--> call m a=str:x b=int64:2
--> set-var txn.name str:m
--> set-var txn.len int64:2
--> set-var txn.a str:x
--> set-var txn.two int64:2
--> unset-var txn.zero
--> unset-var txn.three
--> unset-var txn.frac
--> unset-var txn.huge
--> set-var txn.str str:message m

--- unnamed arguments, and two of one name
spoa.on("m", function(msg)
  local keys = {}
  for k, v in pairs(msg) do keys[#keys + 1] = tostring(k) .. "=" .. tostring(v) end
  set_var("txn.keys", table.concat(keys, " "))
  set_var("txn.a", msg.a)
end)
--> call m =int64:1 a=int64:2 a=int64:3 =null
--> set-var txn.keys str:1=1 a=2 a=3 4=nil
--> set-var txn.a int64:2

--- as a table
spoa.on("m", function(msg)
  local t = spoa.args(msg)
  set_var("txn.n", #t)
  set_var("txn.name", t[2].name)
  set_var("txn.value", t[2].value)
end)
--> call m a=int64:1 b=str:x
--> set-var txn.n int64:2
--> set-var txn.name str:b
--> set-var txn.value str:x

--- read-only
spoa.on("m", function(msg)
  msg.a = 1
end)
spoa.on("k", function(msg)
  return msg[true]
end)
spoa.on("g", function(msg)
  set_var("txn.mt", getmetatable(msg))
end)
spoa.on("s", function(msg)
  setmetatable(msg, {})
end)
spoa.on("args", function(msg)
  spoa.args(spoa.int32(5))
end)
--> call m a=int64:1
--> error ^t.lua:2: a message is read-only: use locals, or set_var to answer$
--> call k
--> error ^t.lua:5: a message has arguments by name and by position, not by a boolean$
--> call g
--> set-var txn.mt str:spoa.message
--> call s
--> error ^t.lua:11: bad argument #1 to 'setmetatable'
--> call args
--> error ^t.lua:14: bad argument #1 to 'args' \(message expected, got spoa.int32\)$

--- gone after its handler
local kept, iterator
spoa.on("keep", function(msg) kept = msg; iterator = pairs(msg) end)
spoa.on("m", function(msg) iterator() end)
spoa.on_init(function()
  assert(kept == nil)
end)
--> call keep a=int64:1
--> call m a=int64:1
--> error ^t.lua:3: the message is gone: its handler has returned

--- missing arguments are told once
spoa.on("m", function(msg)
  set_var("txn.x", msg.adress)
  local _ = msg.adress
end)
--> call m address=str:x port=int64:1
--> unset-var txn.x
--> log ^level=WARN msg="message has no such argument, it reads as nil" script=t.lua line=2 message=m argument=adress sent="address port" hint="HAProxy sends what the args of spoe-message name: adress=FETCH"$
--> call m address=str:x
--> unset-var txn.x

--- null is not missing
spoa.on("m", function(msg) set_var("txn.x", msg.a == nil) end)
--> call m a=null
--> set-var txn.x bool:true

--- the same function twice
local function f() set_var("txn.a", 1) end
spoa.on("m", f)
spoa.on("m", f)
--> call m
--> set-var txn.a int64:1
--> set-var txn.a int64:1

--- in a coroutine
spoa.on("m", function(msg)
  local co = coroutine.wrap(function(a) set_var("txn.a", msg.a); coroutine.yield(); set_var("txn.b", msg.b) end)
  co() co()
end)
--> call m a=int64:1 b=int64:2
--> set-var txn.a int64:1
--> set-var txn.b int64:2
