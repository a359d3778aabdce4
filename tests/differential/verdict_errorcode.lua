-- vars: txn.out txn.kept
-- args: path=path
-- request: /

core.register_action("verdict_errorcode", {"http-req"}, function(txn)
  txn:set_var("txn.out", "ran")
  return act.ERROR
end)
