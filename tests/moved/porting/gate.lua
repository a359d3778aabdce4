-- Who may reach /admin, from a list of networks; everybody gets a tag.
local admins = Map.new("admins.map", Map._ip)

core.register_action("gate", { "http-req" }, function(txn, area)
  local who = admins:lookup(txn.sf:src())
  if area == "admin" and not who then
    txn:Info("refused " .. txn.sf:req_fhdr("host") .. txn.sf:path())
    local reply = txn:reply{ status = 403 }
    reply:add_header("x-area", area)
    reply:set_body("not for you")
    txn:done(reply)
  end
  txn.http:req_set_header("x-who", who or "guest")
  txn:set_var("txn.area", area)
end, 1)
