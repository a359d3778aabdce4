-- since: 3.0
-- vars: txn.out
-- args: query=query
-- request: /x?n=5&M=6;k=7&e=&m=8
-- request: /x
-- request: /x?
-- request: /x?a
-- request: /x?b=;b=2
-- request: /x?=5
-- request: /x?b=1=2;c
-- request: /x?B=2;b=3
-- request: /x?ab=1;b=4&b=5
-- request: /x?a?b=1;b=2
core.register_action("fetches_parameters", {"http-req"}, function(txn)
  local out = {}
  for _, fetch in ipairs{"url_param", "urlp", "urlp_val"} do
    for _, args in ipairs{{}, {""}, {"b"}, {"m"}, {"k"}, {"e"}, {"B", "", "i"}, {"b", "?"}, {"m", "?", "i"}, {"", "?", "i"}} do
      out[#out + 1] = tostring(txn.f[fetch](txn.f, table.unpack(args)))
    end
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
