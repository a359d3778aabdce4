-- For spoa-lua: reads five arguments, sets one variable.
spoa.on("five", function(msg)
  local ip, method, path, host, agent = msg.ip, msg.method, msg.path, msg.host, msg["user-agent"]
  if ip == "" or method == "DELETE" or host == "" or agent == "" then
    path = "no"
  end
  set_var("txn.answer", path)
end)

-- The same message, but only one of its arguments is read.
spoa.on("one", function(msg)
  set_var("txn.answer", msg.path)
end)
