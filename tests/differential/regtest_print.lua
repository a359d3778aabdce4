-- vars: txn.out
-- request: /
-- Prints every object with what is in it and its metatables, as people do to see the API.
local function walk(value, seen, depth)
  if type(value) ~= "table" or seen[value] or depth > 6 then return #tostring(value) > 0 and 1 or 0 end
  seen[value] = true
  local n = 1
  for k, v in pairs(value) do n = n + walk(k, seen, depth + 1) + walk(v, seen, depth + 1) end
  return n + walk(getmetatable(value), seen, depth + 1)
end
core.register_action("regtest_print", {"http-req"}, function(txn)
  local out = {}
  for _, v in ipairs({txn, core, act, Map, Regex, txn.http, txn.f, txn.c, txn:reply(), core.concat(), core.tcp(), core.httpclient()}) do
    out[#out + 1] = tostring(walk(v, {}, 0) > 0)
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
