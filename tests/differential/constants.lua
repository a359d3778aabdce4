-- vars: txn.out
-- args: path=path
-- request: /

local ready = 0
core.register_init(function() ready = ready + 1 end)
core.register_action("constants", {"http-req"}, function(txn)
  local out = {ready, core.thread}
  for _, name in ipairs({"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", "error"}) do
    out[#out + 1] = tostring(core[name])
  end
  for _, name in ipairs({"CONTINUE", "STOP", "YIELD", "ERROR", "DONE", "DENY", "ABORT", "INVALID"}) do
    out[#out + 1] = tostring(act[name])
  end
  for _, f in ipairs({"Debug", "Info", "Warning", "Alert"}) do
    out[#out + 1] = tostring(pcall(core[f], "a line")) .. tostring((pcall(core[f]))) .. tostring((pcall(core[f], {})))
    out[#out + 1] = tostring(pcall(txn[f], txn, "a line"))
  end
  out[#out + 1] = tostring((pcall(core.log, 8, "x"))) .. tostring((pcall(core.log, -1, "x"))) .. tostring((pcall(core.log, 7, "x")))
  out[#out + 1] = tostring((pcall(txn.log, txn, core.info, "x"))) .. tostring((pcall(core.log, core.info)))
  txn:set_var("txn.out", table.concat(out, " "))
end)
