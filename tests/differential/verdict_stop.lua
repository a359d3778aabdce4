-- vars: txn.out
-- args: path=path
-- request: /

core.register_action("verdict_stop", {"http-req"}, function(txn) return act.STOP end)
