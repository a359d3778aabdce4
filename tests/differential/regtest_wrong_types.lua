-- vars: txn.before txn.out txn.after
-- args: src=src
-- request: /
-- Wrong types are errors of the script; the request goes on, and nothing crashes.
core.register_action("regtest_wrong_types", {"http-req"}, function(txn)
  local out = {}
  local function try(f, ...) out[#out + 1] = tostring((pcall(f, ...))) end
  txn:set_var("txn.before", "set")
  try(txn.sc.ipmask, txn.sc, txn.f:src(), 24, 112) try(txn.sc.ipmask, txn.sc, txn.sf:src(), "x") try(txn.c.ipmask, txn.c)
  try(txn.c.field, txn.c, "a,b", "x", ",") try(txn.c.lower, txn.c, {}) try(txn.c.lower) try(txn.c.upper, txn.c, print)
  try(txn.set_var, txn, {}, 1) try(txn.set_var, txn, nil, 1) try(txn.get_var, txn, {}) try(txn.unset_var, txn, true)
  try(core.parse_addr, {}) try(core.tokenize, {}, ",") try(core.http_date, {}) try(Regex.new, {}, true) try(Regex.new, "a") try(Map.new, {})
  txn:set_var("txn.out", table.concat(out, " "))
  txn.sc:ipmask(txn.f:src(), "x", 112)
  txn:set_var("txn.after", "never")
end)
