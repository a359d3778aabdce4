The API of haproxy/spoa-server.

--- all types from one script
spoa.register_message("check-client-ip", function(args)
  for _, arg in ipairs(args) do
    if arg.name == "ip" then assert(arg.value == "192.0.2.1") end
  end
  spoa.set_var_null("null", spoa.scope.txn)
  spoa.set_var_boolean("boolean", spoa.scope.txn, true)
  spoa.set_var_int32("int32", spoa.scope.txn, 1234)
  spoa.set_var_uint32("uint32", spoa.scope.txn, 1234)
  spoa.set_var_int64("int64", spoa.scope.txn, 1234)
  spoa.set_var_uint64("uint64", spoa.scope.txn, 1234)
  spoa.set_var_ipv4("ipv4", spoa.scope.txn, "127.0.0.1")
  spoa.set_var_ipv6("ipv6", spoa.scope.txn, "1::f")
  spoa.set_var_string("string", spoa.scope.txn, "1::f")
  spoa.set_var_binary("binary", spoa.scope.txn, "1::f")
  spoa.set_var_str("str", spoa.scope.sess, "x")
  spoa.set_var_bin("bin", spoa.scope.proc, "x")
  spoa.unset_var("gone", spoa.scope.res)
end)
--> call check-client-ip ip=ipv4:192.0.2.1
--> unset-var txn.null
--> set-var txn.boolean bool:true
--> set-var txn.int32 int32:1234
--> set-var txn.uint32 uint32:1234
--> set-var txn.int64 int64:1234
--> set-var txn.uint64 uint64:1234
--> set-var txn.ipv4 ipv4:127.0.0.1
--> set-var txn.ipv6 ipv6:1::f
--> set-var txn.string str:1::f
--> set-var txn.binary bin:313a3a66
--> set-var sess.str str:x
--> set-var proc.bin bin:78
--> unset-var res.gone

--- arguments as a table
spoa.register_message("m", function(args)
  set_var("txn.n", #args)
  set_var("txn.name", args[1].name .. args[3].name)
  set_var("txn.type", type(args[2].value))
end)
--> call m a=str:x b=null =int64:1
--> set-var txn.n int64:3
--> set-var txn.name str:a
--> set-var txn.type str:nil

--- errors
spoa.register_message("scope", function() spoa.set_var_int32("a", nil, 1) end)
spoa.register_message("number", function() spoa.set_var_int32("a", 5, 1) end)
spoa.register_message("value", function() spoa.set_var_int32("a", spoa.scope.txn, 1e10) end)
spoa.register_message("none", function() spoa.set_var_string("a", spoa.scope.txn) end)
spoa.register_message("name", function() spoa.set_var_int32("a b", spoa.scope.txn, 1) end)
spoa.register_message("type", function() spoa.unset_var(1, spoa.scope.txn) end)
--> call scope
--> error ^t.lua:1: bad argument #2 to 'set_var_int32' \(scope such as spoa.scope.txn expected, got nil\)$
--> call number
--> error ^t.lua:2: bad argument #2 to 'set_var_int32' \(no scope has this number; use spoa.scope.txn and the like\)$
--> call value
--> error ^t.lua:3: bad argument #3 to 'set_var_int32' \(10000000000 does not fit int32
--> call none
--> error ^t.lua:4: bad argument #3 to 'set_var_string' \(value expected\)$
--> call name
--> error ^t.lua:5: bad variable name "a b"
--> call type
--> error ^t.lua:6: bad argument #1 to 'unset_var' \(string expected, got number\)$
