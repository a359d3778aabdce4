-- since: 3.0
-- vars: txn.out
-- request: /
-- What may be registered where, and with what.
local out = {}
local function none() end
local function try(name, ...) out[#out + 1] = name .. tostring((pcall(core[name], ...))) end
try("register_action", "registers-a") try("register_action", "registers-b", {"http-req"}) try("register_action", "registers-c", {"nosuch"}, none)
try("register_action", "registers-d", {"http-req"}, none, "x") try("register_action", "registers-e", {1}, none) try("register_action", "registers-f", "http-req", none)
try("register_action", "registers-g", {"tcp-req", "tcp-res", "http-res"}, none, 3)
try("register_fetches", "registers_a") try("register_fetches", "registers_b", none) try("register_fetches", "registers_c", 5)
try("register_converters", "registers_a") try("register_converters", "registers_b", none) try("register_converters", {}, none)
try("register_service", "registers-a", "http") try("register_service", "registers-b", "http", none) try("register_service", "registers-c", "nosuch", none)
try("register_service", "registers-d", "tcp", none)
try("register_init") try("register_init", none) try("register_init", "x") try("register_task") try("register_task", none) try("register_task", 5)
try("register_cli", {"registers"}, "usage", none) try("register_cli", {"registers"}) try("register_cli", "x", "usage", none)
local loaded = table.concat(out, " ")

core.register_action("registers", {"http-req"}, function(txn)
  out = {loaded, "running"}
  try("register_action", "registers-h", {"http-req"}, none) try("register_fetches", "registers_d", none) try("register_converters", "registers_d", none)
  try("register_service", "registers-e", "http", none) try("register_init", none) try("register_cli", {"registers2"}, "usage", none)
  try("register_filter", "registers-f", {}, none)
  for _, name in ipairs({"CONTINUE", "WAIT", "ERROR", "FLT_CFG_FL_HTX"}) do out[#out + 1] = tostring(filter[name]) end
  txn:set_var("txn.out", table.concat(out, " "))
end)
