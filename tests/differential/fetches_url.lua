-- vars: txn.out
-- args: url=url
-- request: /a/b?x=1&y=two Host:example.org
-- request: /
-- request: /a? Host:a
-- request: /?a?b Host:a
-- request: //a//b?c Host:a
core.register_action("fetches_url", {"http-req"}, function(txn)
  local out = {}
  for _, f in ipairs{txn.f, txn.sf} do
    for _, name in ipairs{"url", "path", "pathq", "query"} do out[#out + 1] = name .. "=" .. tostring(f[name](f)) end
    out[#out + 1] = tostring(f:env("SPOA_LUA_NONE"))
    for _, args in ipairs{{"env"}, {"bin", "6162"}, {"bin", "x"}, {"bin"}, {"meth", "GET"}, {"meth", "FOO"}} do
      local ok, v = pcall(f[args[1]], f, args[2])
      out[#out + 1] = args[1] .. "=" .. (ok and tostring(v) or "error")
    end
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
