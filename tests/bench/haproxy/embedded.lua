-- For HAProxy's own Lua: the policies of policy.lua.
core.register_action("five", { "http-req" }, function(txn)
  local f = txn.sf
  local ip, method, path, host, agent = f:src(), f:method(), f:path(), f:req_fhdr("host"), f:req_fhdr("user-agent")
  if ip == "" or method == "DELETE" or host == "" or agent == "" then
    path = "no"
  end
  txn:set_var("txn.lua.answer", path)
end)

core.register_action("one", { "http-req" }, function(txn)
  txn:set_var("txn.lua.answer", txn.sf:path())
end)
