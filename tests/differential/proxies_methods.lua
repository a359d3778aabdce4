-- since: 3.0
-- vars: txn.out
-- request: /
core.register_action("proxies_methods", {"http-req"}, function(txn)
  local out = {}
  for _, name in ipairs({"one", "two", "three", "six"}) do
    local s = core.backends.known.servers[name]
    out[#out + 1] = tostring(s:is_backup()) .. tostring(s:get_weight()) .. type(s:get_puid()) .. tostring(s:get_proxy().name)
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
