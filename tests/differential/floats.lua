-- vars: txn.out
-- request: /
-- A float without a fraction is an integer here, and prints as one.
core.register_action("floats", {"http-req"}, function(txn)
  txn:set_var("txn.out", table.concat({10 / 2, 2 ^ 53, 1e15, tonumber("1e3"), math.type(1.0), 3.0}, " "))
end)
