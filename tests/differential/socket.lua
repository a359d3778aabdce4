-- vars: txn.a txn.b txn.c txn.d txn.e txn.f txn.g txn.h txn.i txn.j txn.k txn.l txn.m
-- call: ${ECHO_PORT}
-- request: /

local function all(...)
  local list = table.pack(...)
  for i = 1, list.n do list[i] = tostring(list[i]) end
  return (table.concat(list, "|"):gsub("[^ -~]", function(c) return ("<%02x>"):format(c:byte()) end))
end

core.register_action("socket", {"http-req"}, function(txn, port)
  local s = core.tcp()
  txn:set_var("txn.a", all(s:settimeout(5)) .. all(s:connect("127.0.0.1", tonumber(port))) .. all(s:send("line\r\nnext\n")))
  txn:set_var("txn.b", all(s:receive()))
  txn:set_var("txn.c", all(s:receive("*l", "prefix ")))
  txn:set_var("txn.d", all(s:send("abcdef", 2, 4)) .. all(s:receive(3)))
  txn:set_var("txn.e", all(s:send("abcdef", -2)) .. all(s:receive(2, "p")))
  txn:set_var("txn.f", all(s:send("abc", 9)) .. all(s:send("")))
  txn:set_var("txn.g", all(pcall(s.receive, s, "*x")) .. all(pcall(s.receive, s, -1)))
  txn:set_var("txn.h", all(pcall(s.settimeout, s, -1)) .. all(pcall(s.settimeout, s)))
  s:send("quit\nrest")
  txn:set_var("txn.i", all(s:receive("*a")) .. all((s:receive("*a"))))
  txn:set_var("txn.j", all(s:receive()) .. all(s:close()))
  txn:set_var("txn.k", all(pcall(s.connect, core.tcp(), "127.0.0.1")))
  txn:set_var("txn.l", all((core.tcp():connect("127.0.0.1", 1))) .. all((core.tcp():connect("127.0.0.1", 70000))))
  local t = core.tcp()
  txn:set_var("txn.m", all(t:connect("127.0.0.1:" .. port)) .. all(t:getpeername() ~= nil) .. tostring(t) .. all(t:close()))
end, 1)
