-- vars: txn.out txn.kept
-- args: path=path
-- request: /

core.register_action("verdict_error", {"http-req"}, function(txn)
  txn:set_var("txn.out", "ran")
  txn:set_var('txn.kept', 'before') error('on purpose')
end)
