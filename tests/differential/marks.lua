-- since: 3.2
-- vars: txn.out
-- request: /
core.register_action("marks", {"http-req"}, function(txn)
  local out = {}
  local function try(name, ...) out[#out + 1] = name .. tostring((pcall(txn[name], txn, ...))) end
  for _, name in ipairs({"set_fc_tos", "set_fc_mark"}) do
    for _, v in ipairs({1, "1", "x", 1.5}) do try(name, v) end
    try(name)
  end
  out[#out + 1] = tostring(core.silent)
  txn:set_loglevel(core.silent)
  txn:set_var("txn.out", table.concat(out, " "))
end)
