-- vars: txn.out
-- request: /
-- The channels of HTTP give no data, and classes have the methods of their objects.
local map = Map.new("words.map", Map._str)
core.register_action("channels", {"http-req"}, function(txn)
  local out = {}
  local function try(f, ...)
    local ok, v = pcall(f, ...)
    out[#out + 1] = ok and tostring(v) or "error"
  end
  for _, channel in ipairs{txn.req, txn.res} do
    for _, name in ipairs{"data", "line", "get", "getline", "dup", "is_resp", "append", "prepend", "insert", "set", "remove", "send", "forward"} do try(channel[name], channel) end
  end
  try(txn.req.is_resp) try(txn.req.is_resp, {}) try(txn.req.is_resp, txn.res) try(txn.req.is_resp, txn.req, 1)
  local _, re = Regex.new("b+", true)
  try(Map.lookup, map, "none") try(Map.slookup, map, "none") try(Map.lookup, re, "none") try(Map.lookup) try(Regex.exec, re, "abbc") try(Regex.match, re, "abbc") try(Regex.exec, map, "x") try(Regex.exec)
  txn:set_var("txn.out", table.concat(out, " "))
end)
