-- Reads one argument and sets one variable.
spoa.on("check-request", function(msg)
  set_var("txn.method", msg.method)
end)
