-- vars: txn.out
-- request: /
core.register_action("txn_logs", {"http-req"}, function(txn)
  local out = {}
  local function try(f, ...) out[#out + 1] = tostring((pcall(f, ...))) end
  for _, v in ipairs({"text", 5, 1.5, true, {}, "two\nlines \x01", ("x"):rep(3000)}) do
    try(txn.deflog, txn, v) try(txn.log, txn, core.info, v) try(txn.Debug, txn, v) try(core.log, core.debug, v)
  end
  try(txn.deflog, txn) try(txn.deflog, txn, nil) try(txn.log, txn, 9, "x") try(txn.log, txn, -1, "x") try(txn.log, txn, "1", "x") try(txn.log, txn, 1.5, "x")
  try(core.Info, nil) try(core.Warning, "w", "more") try(core.log, core.info) try(core.log, {}, "x") try(txn.Info, "x")
  out[#out + 1] = tostring(txn:Info("returns nothing"))
  txn:set_var("txn.out", table.concat(out, " "))
end)
