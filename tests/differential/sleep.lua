-- vars: txn.a txn.b
-- request: /

core.sleep(1) -- while scripts are loaded it does nothing
core.register_init(function() core.msleep(1000) end)

core.register_action("sleep", {"http-req"}, function(txn)
  core.msleep(2)
  core.msleep("1")
  core.set_nice(5)
  txn:set_var("txn.a", tostring(pcall(core.sleep, 0.5)) .. tostring(pcall(core.msleep, "x")) .. tostring(pcall(core.sleep)))
  txn:set_var("txn.b", select(2, pcall(core.sleep)))
end)
