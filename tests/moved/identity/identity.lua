-- Headers whose names stand in no script: some come from the environment, others
-- match a pattern of the rule, and the third kind is read by haproxy.cfg only.
local identity = {}
for name in os.getenv("IDENTITY_HEADERS"):gmatch("[^,]+") do
  identity[#identity + 1] = name
end

core.register_action("identity", {"http-req"}, function(txn, dropped)
  for _, name in ipairs(identity) do
    txn.http:req_del_header(name)
  end
  for name in pairs(txn.http:req_get_headers()) do
    if name:match(dropped) then
      txn.http:req_del_header(name)
    end
  end
  if txn.sf:path() == "/known" then
    txn.http:req_set_header(identity[1], "ann")
    txn:set_var("txn.known", identity[1])
  end
end, 1)

-- What one function tells another, haproxy.cfg does not name.
core.register_action("told", {"http-req"}, function(txn)
  txn.http:req_set_header("x-told", txn:get_var("txn.known") or "nobody")
end)
