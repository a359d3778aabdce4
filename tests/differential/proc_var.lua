-- vars: txn.out
-- args: proc.shared=var(proc.shared)
-- before: proc.shared int(7)
-- request: /
core.register_action("proc_var", {"http-req"}, function(txn)
  local out = {tostring(core.get_var("proc.shared")), tostring(core.get_var("proc.nosuch"))}
  for _, name in ipairs{"txn.x", "x", ""} do out[#out + 1] = tostring((pcall(core.get_var, name))) end
  out[#out + 1] = tostring((pcall(core.get_var)))
  txn:set_var("txn.out", table.concat(out, " "))
end)
