-- vars: txn.out
-- request: /
-- What objects print as.
local map = Map.new("words.map")
core.register_action("objects", {"http-req"}, function(txn)
  local out = {}
  local _, regex = Regex.new("a", true)
  for _, object in ipairs({map, regex, core.tcp(), core.httpclient(), txn, txn.http, txn.f, txn.sf, txn.c, txn.sc, txn.req, txn.res, core.proxies.known, core.proxies.known.servers.one}) do
    out[#out + 1] = tostring(object)
  end
  txn:set_var("txn.out", table.concat(out, ","))
end)
