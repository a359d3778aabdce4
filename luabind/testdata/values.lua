What arguments are in Lua, and what Lua values are as variables.

--- every kind in
spoa.on("m", function(msg)
  for i = 1, #msg do
    set_var("txn.t" .. i, type(msg[i]) .. " " .. tostring(msg[i]))
  end
end)
--> call m a=null b=bool:true c=bool:false d=int32:-5 e=uint32:4294967295 f=int64:-7 g=uint64:9 h=ipv4:192.0.2.1 i=ipv6:2001:db8::1 j=str:GET k=bin:00ff l=str:
--> set-var txn.t1 str:nil nil
--> set-var txn.t2 str:boolean true
--> set-var txn.t3 str:boolean false
--> set-var txn.t4 str:number -5
--> set-var txn.t5 str:number 4294967295
--> set-var txn.t6 str:number -7
--> set-var txn.t7 str:number 9
--> set-var txn.t8 str:string 192.0.2.1
--> set-var txn.t9 str:string 2001:db8::1
--> set-var txn.t10 str:string GET
--> set-var txn.t11 str:string \x00\xff
--> set-var txn.t12 str:string

--- every argument through
spoa.on("m", function(msg)
  for name, v in pairs(msg) do set_var("txn." .. name, v) end
end)
--> call m b=bool:true c=bool:false d=int32:-2147483648 e=uint32:4294967295 f=int64:-9223372036854775808 g=int64:9223372036854775807 h=uint64:18446744073709551615 i=int64:9007199254740993 j=int64:-9007199254740993
--> set-var txn.b bool:true
--> set-var txn.c bool:false
--> set-var txn.d int64:-2147483648
--> set-var txn.e int64:4294967295
--> set-var txn.f int64:-9223372036854775808
--> set-var txn.g int64:9223372036854775807
--> set-var txn.h int64:-1
--> set-var txn.i int64:9007199254740993
--> set-var txn.j int64:-9007199254740993

--- lua values out
spoa.on("m", function(msg)
  set_var("proc.a", true)
  set_var("sess.a", 0)
  set_var("txn.a", -1)
  set_var("req.a", 2^53)
  set_var("res.a", "x\0y")
  set_var("txn.b", nil)
  set_var("txn.c", msg.none)
  set_var("txn.d", 2.0)
  set_var("txn.e", math.maxinteger)
  set_var("txn.f", math.mininteger)
  set_var("txn.g", -0.0)
  unset_var("txn.h")
end)
--> call m none=null
--> set-var proc.a bool:true
--> set-var sess.a int64:0
--> set-var txn.a int64:-1
--> set-var req.a int64:9007199254740992
--> set-var res.a str:x\x00y
--> unset-var txn.b
--> unset-var txn.c
--> set-var txn.d int64:2
--> set-var txn.e int64:9223372036854775807
--> set-var txn.f int64:-9223372036854775808
--> set-var txn.g int64:0
--> unset-var txn.h

--- exact integers compute
spoa.on("m", function(msg)
  set_var("txn.sum", msg.n + 1)
  set_var("txn.same", msg.n == 9007199254740993)
end)
--> call m n=int64:9007199254740993
--> set-var txn.sum int64:9007199254740994
--> set-var txn.same bool:true

--- typed constructors
spoa.on("m", function(msg)
  set_var("txn.bool", spoa.bool(false))
  set_var("txn.i32", spoa.int32(-2147483648))
  set_var("txn.u32", spoa.uint32(4294967295))
  set_var("txn.i64", spoa.int64(math.mininteger))
  set_var("txn.u64", spoa.uint64("18446744073709551615"))
  set_var("txn.v4", spoa.ipv4("192.0.2.1"))
  set_var("txn.v6", spoa.ipv6("2001:db8::1"))
  set_var("txn.ip4", spoa.ip("192.0.2.2"))
  set_var("txn.ip6", spoa.ip("::1"))
  set_var("txn.mapped", spoa.ipv6("::ffff:192.0.2.1"))
  set_var("txn.str", spoa.str(15))
  set_var("txn.bin", spoa.bin("\0\1"))
  set_var("txn.null", spoa.null())
end)
--> call m
--> set-var txn.bool bool:false
--> set-var txn.i32 int32:-2147483648
--> set-var txn.u32 uint32:4294967295
--> set-var txn.i64 int64:-9223372036854775808
--> set-var txn.u64 uint64:18446744073709551615
--> set-var txn.v4 ipv4:192.0.2.1
--> set-var txn.v6 ipv6:2001:db8::1
--> set-var txn.ip4 ipv4:192.0.2.2
--> set-var txn.ip6 ipv6:::1
--> set-var txn.mapped ipv6:::ffff:192.0.2.1
--> set-var txn.str str:15
--> set-var txn.bin bin:0001
--> unset-var txn.null

--- typed values print
spoa.on("m", function(msg)
  set_var("txn.all", table.concat({
    tostring(spoa.bool(true)), tostring(spoa.int32(-1)), tostring(spoa.ipv6("1::f")),
    tostring(spoa.str("x")), tostring(spoa.null()),
  }, " "))
  set_var("txn.same", spoa.int32(1) == spoa.int32(1))
  set_var("txn.other", spoa.int32(1) == spoa.int64(1))
end)
--> call m
--> set-var txn.all str:true -1 1::f x null
--> set-var txn.same bool:true
--> set-var txn.other bool:false
