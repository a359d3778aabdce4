-- vars: txn.out txn.kept
-- args: path=path
-- request: /

core.register_action("verdict_pcall", {"http-req"}, function(txn)
  txn:set_var("txn.out", "ran")
  local ok = pcall(core.done) txn:set_var('txn.kept', tostring(ok))
end)
