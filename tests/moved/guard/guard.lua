-- Two actions with parameters, a variable that a rule reads, one that rules set.
local function agent_of(txn) return txn.sf:req_fhdr("user-agent") end

core.register_action("guard", {"http-req"}, function(txn, mode, limit)
  local agent = agent_of(txn)
  if mode == "strict" and agent == "" then return act.DENY end
  if #agent > tonumber(limit) then return act.INVALID end
  txn:set_var("txn.seen", agent:lower() .. "," .. tostring(txn:get_var("txn.site")))
  txn:set_var("txn.mode", mode)
end, 2)

core.register_action("tag", {"http-req", "http-res"}, function(txn)
  txn:set_var("txn.status", txn.sf:status() .. "!")
end)
