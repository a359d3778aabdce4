-- What chooses between servers before anybody knows of HTTP.
core.register_converters("parity", function(text) return #text % 2 end)

core.register_fetches("pick", function(txn, odd, even)
  return txn.f:dst_port() % 2 == 1 and odd or even
end)

core.register_action("refuse", { "tcp-req" }, function(txn, limit)
  if txn.sf:req_payload(0, 0):find(limit, 1, true) then return act.DENY end
end, 1)

core.register_action("pass", { "tcp-req" }, function(txn)
  if txn.sf:req_payload(0, 0):find("/pass", 1, true) then return act.STOP end
end)
