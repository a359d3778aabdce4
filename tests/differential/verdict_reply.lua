-- body: yes
-- request: /
core.register_fetches("unused_of_reply", function(txn) return 1 end)
core.register_action("verdict_reply", {"http-req"}, function(txn)
  txn:done(txn:reply{status = 403, body = "no"})
  return act.ERROR
end)
