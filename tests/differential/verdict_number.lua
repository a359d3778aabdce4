-- vars: txn.out txn.kept
-- args: path=path
-- request: /

core.register_action("verdict_number", {"http-req"}, function(txn)
  txn:set_var("txn.out", "ran")
  return 5
end)
