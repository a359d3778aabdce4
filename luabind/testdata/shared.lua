spoa.shared.

--- values
spoa.on("m", function()
  local s = spoa.shared
  set_var("txn.none", s.get("x"))
  s.set("s", "text") s.set("n", 1.5) s.set("b", false) s.set("i", math.maxinteger)
  set_var("txn.s", s.get("s"))
  set_var("txn.n", s.get("n") == 1.5)
  set_var("txn.b", s.get("b"))
  set_var("txn.i", s.get("i"))
  set_var("txn.deleted", s.delete("s"))
  set_var("txn.again", s.delete("s"))
  s.set("n", nil)
  set_var("txn.gone", s.get("n") == nil and s.get("s") == nil)
end)
--> call m
--> unset-var txn.none
--> set-var txn.s str:text
--> set-var txn.n bool:true
--> set-var txn.b bool:false
--> set-var txn.i int64:9223372036854775807
--> set-var txn.deleted bool:true
--> set-var txn.again bool:false
--> set-var txn.gone bool:true

--- counters
spoa.on("m", function()
  local incr = spoa.shared.incr
  set_var("txn.a", incr("c"))
  set_var("txn.b", incr("c", 10))
  set_var("txn.c", incr("c", -1, 60))
  set_var("txn.d", incr(5, 0, 0.25))
  set_var("txn.e", spoa.shared.get("5"))
end)
--> call m
--> set-var txn.a int64:1
--> set-var txn.b int64:11
--> set-var txn.c int64:10
--> set-var txn.d int64:0
--> set-var txn.e int64:0

--- add and cas
spoa.on("m", function()
  local s = spoa.shared
  set_var("txn.added", s.add("k", "a", 60))
  set_var("txn.not_twice", s.add("k", "b"))
  set_var("txn.wrong", s.cas("k", "b", "c"))
  set_var("txn.right", s.cas("k", "a", "c"))
  set_var("txn.k", s.get("k"))
  set_var("txn.absent", s.cas("n", nil, 1))
  set_var("txn.there", s.cas("n", nil, 2))
  set_var("txn.number", s.cas("n", 1.0, math.maxinteger))
  set_var("txn.large", s.cas("n", math.maxinteger, 2^60))
  set_var("txn.float", s.cas("n", 1 << 60, 3))
  set_var("txn.text", s.cas("n", "3", 4))
  set_var("txn.deleted", s.cas("n", 3, nil))
  set_var("txn.gone", s.get("n") == nil and s.cas("n", nil, nil))
end)
--> call m
--> set-var txn.added bool:true
--> set-var txn.not_twice bool:false
--> set-var txn.wrong bool:false
--> set-var txn.right bool:true
--> set-var txn.k str:c
--> set-var txn.absent bool:true
--> set-var txn.there bool:false
--> set-var txn.number bool:true
--> set-var txn.large bool:true
--> set-var txn.float bool:true
--> set-var txn.text bool:false
--> set-var txn.deleted bool:true
--> set-var txn.gone bool:true

--- errors of add and cas
spoa.on("novalue", function() spoa.shared.add("k") end)
spoa.on("table", function() spoa.shared.add("k", {}) end)
spoa.on("nonew", function() spoa.shared.cas("k", 1) end)
spoa.on("castable", function() spoa.shared.cas("k", nil, {}) end)
spoa.on("ttl", function() spoa.shared.cas("k", nil, 1, -1) end)
--> call novalue
--> error ^t.lua:1: bad argument #2 to 'add' \(value expected\)$
--> call table
--> error ^t.lua:2: shared store: a table cannot be a value: give a string, a number or a boolean$
--> call nonew
--> error ^t.lua:3: bad argument #3 to 'cas' \(value expected; nil deletes the key\)$
--> call castable
--> error ^t.lua:4: shared store: a table cannot be a value: give a string, a number or a boolean$
--> call ttl
--> error ^t.lua:5: bad argument #4 to 'cas' \(a time to live is above 0 seconds\)$

--- errors
spoa.on("key", function() spoa.shared.get({}) end)
spoa.on("value", function() spoa.shared.set("k", {}) end)
spoa.on("novalue", function() spoa.shared.set("k") end)
spoa.on("ttl", function() spoa.shared.set("k", 1, 0) end)
spoa.on("ttltype", function() spoa.shared.set("k", 1, "x") end)
spoa.on("nan", function() spoa.shared.set("k", 1, 0/0) end)
spoa.on("frac", function() spoa.shared.incr("k", 1.5) end)
spoa.on("text", function() spoa.shared.set("k", "x") spoa.shared.incr("k") end)
spoa.on("long", function() spoa.shared.get(("x"):rep(2000)) spoa.shared.set(("x"):rep(2000), 1) end)
spoa.on("big", function() spoa.shared.set("k", ("x"):rep(70000)) end)
spoa.on("over", function() spoa.shared.set("o", math.maxinteger) spoa.shared.incr("o") end)
--> call key
--> error ^t.lua:1: bad argument #1 to 'get' \(string expected, got table\)$
--> call value
--> error ^t.lua:2: shared store: a table cannot be a value: give a string, a number or a boolean$
--> call novalue
--> error ^t.lua:3: bad argument #2 to 'set' \(value expected; nil deletes the key\)$
--> call ttl
--> error ^t.lua:4: bad argument #3 to 'set' \(a time to live is above 0 seconds\)$
--> call ttltype
--> error ^t.lua:5: bad argument #3 to 'set' \(seconds expected, got string\)$
--> call nan
--> error ^t.lua:6: bad argument #3 to 'set' \(a time to live is above 0 seconds\)$
--> call frac
--> error ^t.lua:7: bad argument #2 to 'incr' \(integer expected, got number\)$
--> call text
--> error ^t.lua:8: shared store: the value of "k" is no integer but a string$
--> call long
--> error ^t.lua:9: shared store: the key has 2000 bytes, the limit is 1024$
--> call big
--> error ^t.lua:10: shared store: the value of "k" has 70000 bytes, the limit is 65536$
--> call over
--> error ^t.lua:11: shared store: the counter "o" would pass 64 bits$
