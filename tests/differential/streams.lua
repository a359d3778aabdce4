-- vars: txn.out
-- request: /
core.register_action("streams", {"http-req"}, function(txn)
  local out = {}
  local function try(name, ...) out[#out + 1] = name .. tostring((pcall(txn[name], txn, ...))) end
  for _, v in ipairs{0, 7, -2, 9, "x", "3", 1.5} do try("set_loglevel", v) end
  for _, name in ipairs{"set_mark", "set_tos", "set_priority_class", "set_priority_offset"} do
    for _, v in ipairs{1, "1", "0x1", "x", 1.5, 99999, -99999} do try(name, v) end
    try(name)
  end
  txn:set_loglevel(3)
  txn:set_var("txn.out", table.concat(out, " "))
end)
