Every error that scripts can make, with its line.

--- no handler error stops the next message
spoa.on("m", function(msg)
  set_var("txn.before", 1)
  if msg.bad then error("oops") end
end)
--> call m bad=bool:true
--> error ^t.lua:3: oops$
--> call m bad=bool:false
--> set-var txn.before int64:1

--- handlers of a message are each all or nothing
spoa.on("m", function() set_var("txn.a", 1) end)
spoa.on("m", function() set_var("txn.b", 1) error("two", 0) end)
spoa.on("m", function() set_var("txn.c", 1) local x = nil; return x.y end)
spoa.on("m", function() set_var("txn.d", 1) end)
--> call m
--> set-var txn.a int64:1
--> set-var txn.d int64:1
--> error ^t.lua:2: two\nt.lua:3: attempt to index a nil value \(local 'x'\)$

--- error objects
spoa.on("t", function() error({}) end)
spoa.on("n", function() error() end)
spoa.on("i", function() error(5) end)
--> call t
--> error ^t.lua:1: \(error object is a table value\)$
--> call n
--> error ^t.lua:2: .*nil
--> call i
--> error ^t.lua:3: 5$

--- values that no variable can have
local co = coroutine.create(print)
local values = {
  table = {}, func = print, thread = co, message = false, frac = 1.5, inf = 1/0, ninf = -1/0,
  nan = 0/0, big = 2^63, small = -2^64,
}
spoa.on("m", function(msg)
  local v = values[msg.v]
  if msg.v == "message" then v = msg end
  set_var("txn.x", v)
end)
--> call m v=str:table
--> error ^t.lua:9: variable txn.x: a table cannot be a variable's value: give a string, an integer
--> call m v=str:func
--> error ^t.lua:9: variable txn.x: a function cannot be
--> call m v=str:thread
--> error ^t.lua:9: variable txn.x: a thread cannot be
--> call m v=str:message
--> error ^t.lua:9: variable txn.x: an? \S* ?userdata cannot be
--> call m v=str:frac
--> error ^t.lua:9: variable txn.x: the number 1.5 has a fraction and HAProxy has only integers: use math.floor
--> call m v=str:inf
--> error ^t.lua:9: variable txn.x: the number inf is infinite
--> call m v=str:ninf
--> error ^t.lua:9: variable txn.x: the number -inf is infinite
--> call m v=str:nan
--> error ^t.lua:9: variable txn.x: the number -?nan is not a number
--> call m v=str:big
--> error ^t.lua:9: variable txn.x: the number 9.2233720368547758e\+18 is beyond 64 bits|9.2233720368548e\+18 is beyond 64 bits
--> call m v=str:small
--> error ^t.lua:9: variable txn.x: the number -1.84467440737.*e\+19 is beyond 64 bits

--- variable names
spoa.on("m", function(msg)
  set_var(msg.name, 1)
end)
spoa.on("u", function(msg)
  unset_var(msg.name)
end)
spoa.on("n", function(msg) set_var(5, 1) end)
spoa.on("v", function(msg) set_var("txn.a") end)
spoa.on("none", function(msg) unset_var() end)
--> call m name=str:score
--> error ^t.lua:2: bad variable name "score": it must begin with "proc."
--> call m name=str:txn.
--> error ^t.lua:2: bad variable name "txn.": nothing behind the scope
--> call m name=str:txn.a-b
--> error ^t.lua:2: bad variable name "a-b": it holds "-"
--> call m name=str:txn.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
--> error ^t.lua:2: bad variable name .* it is 72 bytes long
--> call u name=str:foo.x
--> error ^t.lua:5: bad variable name "foo.x"
--> call n
--> error ^t.lua:7: bad argument #1 to 'set_var' \(string expected, got number\)$
--> call v
--> error ^t.lua:8: bad argument #2 to 'set_var' \(value expected; nil unsets the variable\)$
--> call none
--> error ^t.lua:9: bad argument #1 to 'unset_var' \(string expected, got no value\)$

--- typed constructors check
spoa.on("m", function(msg)
  local f = load("return spoa." .. msg.expr, "=x")
  f()
end)
--> call m expr=str:int32(2147483648)
--> error ^x:1: bad argument #1 to 'int32' \(2147483648 does not fit int32: -2147483648 to 2147483647\)$
--> call m expr=str:int32(1.5)
--> error ^x:1: bad argument #1 to 'int32' \(1.5 is no integer that fits int32\)$
--> call m expr=str:int32('x')
--> error ^x:1: bad argument #1 to 'int32' \("x" is no integer that fits int32\)$
--> call m expr=str:int32({})
--> error ^x:1: bad argument #1 to 'int32' \(integer expected, got table\)$
--> call m expr=str:int32()
--> error ^x:1: bad argument #1 to 'int32' \(value expected\)$
--> call m expr=str:uint32(-1)
--> error ^x:1: bad argument #1 to 'uint32' \(-1 does not fit uint32: 0 to 4294967295\)$
--> call m expr=str:uint64(-1)
--> error ^x:1: bad argument #1 to 'uint64' \(-1 does not fit uint64
--> call m expr=str:int64(2^63)
--> error ^x:1: bad argument #1 to 'int64' \(9.22337203685\d+e\+18 is no integer that fits int64\)$
--> call m expr=str:bool(1)
--> error ^x:1: bad argument #1 to 'bool' \(boolean expected, got number\)$
--> call m expr=str:ipv4('::1')
--> error ^x:1: bad argument #1 to 'ipv4' \("::1" is not an IPv4 address\)$
--> call m expr=str:ipv6('192.0.2.1')
--> error ^x:1: bad argument #1 to 'ipv6' \("192.0.2.1" is not an IPv6 address\)$
--> call m expr=str:ip('nonsense')
--> error ^x:1: bad argument #1 to 'ip' \("nonsense" is not an IP address\)$
--> call m expr=str:ip(5)
--> error ^x:1: bad argument #1 to 'ip' \(string expected, got number\)$
--> call m expr=str:bin(5)
--> error ^x:1: bad argument #1 to 'bin' \(string expected, got number\)$
--> call m expr=str:str({})
--> error ^x:1: bad argument #1 to 'str' \(string expected, got table\)$

--- on with a bad argument
local x
spoa.on("m", nil)
--> load-error ^t.lua:2: bad argument #2 to 'on' \(function expected, got nil\)$

--- on without arguments
spoa.on()
--> load-error ^t.lua:1: bad argument #1 to 'on' \(string expected, got no value\)$

--- on with an empty name
spoa.on("", print)
--> load-error ^t.lua:1: bad argument #1 to 'on' \(the name of a message is empty\)$

--- syntax error

local function f(
--> load-error ^t.lua:\d+: .*expected

--- runtime error at top level
local t = nil
t.x = 1
--> load-error ^t.lua:2: attempt to index a nil value \(local 't'\)$

--- only while loading
spoa.on("on", function() spoa.on("x", print) end)
spoa.on("register", function() spoa.register_message("x", print) end)
spoa.on("init", function() spoa.on_init(print) end)
spoa.on("read", function() spoa.read("mod/ip.txt") end)
spoa.on("require", function() require("good") end)
--> call on
--> error ^t.lua:1: on can only be called while scripts are loaded, not inside a handler$
--> call register
--> error ^t.lua:2: register_message can only be called while
--> call init
--> error ^t.lua:3: on_init can only be called while
--> call read
--> error ^t.lua:4: read can only be called while
--> call require
--> error ^t.lua:5: require of a module that is not loaded yet can only be called while

--- only inside a handler
local _, a = pcall(set_var, "txn.a", 1)
local _, b = pcall(unset_var, "txn.a")
local _, c = pcall(spoa.set_var_int32, "a", spoa.scope.txn, 1)
print(a) print(b) print(c)
set_var("txn.a", 1)
--> load-error ^t.lua:5: set_var can only be called inside a handler, while a message is being answered$
--> log set_var can only be called inside a handler
--> log unset_var can only be called inside a handler
--> log set_var_int32 can only be called inside a handler

--- runaway recursion
local function f(n) return 1 + f(n + 1) end
local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end
spoa.on("m", function(msg)
  set_var("txn.deep", deep(190))
  if msg.run then f(0) end
end)
--> call m run=bool:true
--> error stack overflow
--> call m run=bool:false
--> set-var txn.deep int64:190
