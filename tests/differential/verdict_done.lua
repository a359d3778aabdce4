-- vars: txn.out txn.kept
-- args: path=path
-- request: /

core.register_action("verdict_done", {"http-req"}, function(txn)
  txn:set_var("txn.out", "ran")
  core.done(act.DENY)
end)
