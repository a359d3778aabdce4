-- vars: txn.out txn.kept
-- args: path=path
-- call: one two
-- request: /?f=1

core.register_action("actions", {"http-req", "http-res"}, function(txn, a, b)
  txn.mine = a .. "/" .. b
  txn:set_var("txn.kept", type(a) .. type(b) .. select("#", a, b))
  txn:set_var("txn.out", txn.mine .. tostring(txn.other))
end, 2)
