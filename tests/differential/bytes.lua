-- vars: txn.out
-- args: path=path
-- request: /

core.register_action("bytes", {"http-req"}, function(txn)
  local c = txn.c
  txn:set_var("txn.out", table.concat({
    c:bytes("abcdef", 2), c:bytes("abcdef", 2, 2), c:bytes("abcdef", 9), c:bytes("abcdef", 4, 9),
  }, "|"))
end)
