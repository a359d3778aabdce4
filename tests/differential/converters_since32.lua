-- vars: txn.out
-- args: path=path
-- request: /

local calls = {
  {"le2dec", "\1\2\3\4\5\6\7", ":", 2}, {"le2dec", "\1\2\3\4\5\6\7", "-", 2, 1}, {"le2dec", "\1\2\3", "", 1}, {"le2dec", "a", ":"}, {"le2dec", "a", ":", 9},
  {"le2dec", "", ":", 2}, {"le2dec", ("\255"):rep(9), ",", 8}, {"le2dec", "a", 5, 2},
  {"base2", "\0\175"}, {"base2", ""}, {"base2", "a", 1},
}
core.register_action("converters_since32", {"http-req"}, function(txn)
  local out = {}
  for _, call in ipairs(calls) do
    local ok, v = pcall(txn.c[call[1]], txn.c, table.unpack(call, 2))
    out[#out + 1] = call[1] .. "=" .. (ok and tostring(v) or "error")
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
