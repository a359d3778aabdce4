-- vars: txn.out
-- request: /
-- set_var and its conditions, of variables that are unset, texts, numbers and booleans.
local kinds = {"never", "a", "", 5, "unset", true}
core.register_action("converters_conditions", {"http-req"}, function(txn)
  local c, out, n = txn.c, {}, 0
  local function try(kind, input, ...)
    n = n + 1
    local name = "txn.v" .. n
    if kind == "unset" then txn:set_var(name, "q") txn:unset_var(name) elseif kind ~= "never" then txn:set_var(name, kind) end
    local ok, v = pcall(c.set_var, c, input, name, ...)
    out[#out + 1] = (ok and tostring(v) or "error") .. ">" .. tostring(txn:get_var(name))
  end
  for _, condition in ipairs{"ifexists", "ifnotexists", "ifempty", "ifnotempty", "ifset", "ifnotset", "ifgt", "iflt", "IFSET", "", 5} do
    for _, kind in ipairs(kinds) do
      for _, input in ipairs{"", "b", 4, 6, true} do try(kind, input, condition) end
    end
  end
  try("a", "b", "ifexists", "ifnotexists") try("a", "b", "ifset", "ifnotempty", "ifexists", "ifgt") try("a", "b", "ifset", "nosuch") try("a", "b", "ifset", "ifset", "ifset", "ifset", "ifset")
  txn:set_var("txn.out", table.concat(out, " "))
end)
