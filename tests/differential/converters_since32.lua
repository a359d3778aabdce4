-- vars: txn.out
-- args: path=path
-- request: /

local calls = {
  {"le2dec", "\1\2\3\4\5\6\7", ":", 2}, {"le2dec", "\1\2\3\4\5\6\7", "-", 2, 1}, {"le2dec", "\1\2\3", "", 1}, {"le2dec", "a", ":"}, {"le2dec", "a", ":", 9},
  {"le2dec", "", ":", 2}, {"le2dec", ("\255"):rep(9), ",", 8}, {"le2dec", "a", 5, 2},
  {"base2", "\0\175"}, {"base2", ""}, {"base2", "a", 1}, {"base2", 5},
  {"has_ctl", "abc"}, {"has_ctl", "a\1"}, {"has_ctl", "a\t"}, {"has_ctl", "\127"}, {"has_ctl", "\128"}, {"has_ctl", ""}, {"has_ctl", 5}, {"has_ctl", "\t", "0x200"},
  {"has_ctl", "\1", "1"}, {"has_ctl", "\127", "0x100000000"}, {"has_ctl", "\127", "0x200000000"}, {"has_ctl", "a", "x"}, {"has_ctl", "a\1", ""}, {"has_ctl", "a", 1}, {"has_ctl", "a\31", "-1"},
  {"date", "Sun, 06 Nov 1994 08:49:37 GMT"}, {"date", "Sunday, 06-Nov-94 08:49:37 GMT"}, {"date", "Sun Nov  6 08:49:37 1994"}, {"date", ""}, {"date", "x"}, {"date", 784111777}, {"date", "a", 1},
  {"rfc7239_nn", "abc"}, {"rfc7239_nn", "_a.b-c"}, {"rfc7239_nn", "127.0.0.1"}, {"rfc7239_nn", "::1"}, {"rfc7239_nn", ""}, {"rfc7239_nn", "a b"}, {"rfc7239_nn", 5}, {"rfc7239_nn", true}, {"rfc7239_nn", ("x"):rep(1000)},
  {"rfc7239_np", 80}, {"rfc7239_np", 70000}, {"rfc7239_np", -1}, {"rfc7239_np", 1 << 40}, {"rfc7239_np", "80"}, {"rfc7239_np", "_x"}, {"rfc7239_np", ""}, {"rfc7239_np", "a:b"}, {"rfc7239_np", true}, {"rfc7239_np", "a", "b"},
  {"http_date", 784111777123, 1, "ms"}, {"http_date", 784111777000456, 1, "us"}, {"http_date", -1, 0, "ms"}, {"http_date", -5000, 0, "us"},
}
core.register_action("converters_since32", {"http-req"}, function(txn)
  local out = {}
  for _, call in ipairs(calls) do
    local ok, v = pcall(txn.c[call[1]], txn.c, table.unpack(call, 2))
    out[#out + 1] = call[1] .. "=" .. (ok and tostring(v) or "error")
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
