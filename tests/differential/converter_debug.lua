-- until: 3.0
-- vars: txn.out
-- request: /
-- HAProxy 3.2.26 crashes here.
core.register_action("converter_debug", {"http-req"}, function(txn)
  local c, out = txn.c, {}
  for _, args in ipairs{{"a"}, {"a", "prefix"}, {"a", "prefix", "stderr"}, {5}, {"a", 5}, {"a", "b", "c", "d"}} do
    local ok, v = pcall(c.debug, c, table.unpack(args))
    out[#out + 1] = ok and tostring(v) or "error"
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
