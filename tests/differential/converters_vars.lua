-- vars: txn.out
-- args: path=path
-- request: /

local calls = require "lib.calls"
local list = {
  {"concat","a","b"},{"concat","a","b","txn.x","c"},{"concat","a",".","txn.x"},{"concat","a"},{"concat","a","b","txn.none","c"},{"concat","a","b","txn.v","c"},{"concat","a","b","nope"},{"concat","a",5},{"concat","a","","","z"},{"concat","a","","txn.x"},{"concat",5,"b"},{"concat","a","b","txn.yes"},
  {"add_item","a",",","txn.x"},{"add_item","a",","},{"add_item","a",",","txn.x","s"},{"add_item","a",",","txn.none","s"},{"add_item","a",",","","s"},{"add_item","",",","txn.x"},{"add_item","",",","txn.none","s"},{"add_item","",",","txn.none"},{"add_item","a",",","txn.none"},{"add_item","a",",","txn.v","s"},{"add_item","a",5,"txn.x"},{"add_item","a","",""},{"add_item","a",";","nope"},
  {"strcmp","a","txn.x"},{"strcmp","a","txn.none"},{"strcmp","a","b"},{"strcmp","a"},{"strcmp","a","txn.b"},{"strcmp","b","txn.b"},{"strcmp","bb","txn.b"},{"strcmp","","txn.b"},{"strcmp","z","txn.b"},{"strcmp","b","txn.bb"},{"strcmp","7","txn.v"},{"strcmp","a",5},
  {"secure_memcmp","a","txn.x"},{"secure_memcmp","b","txn.b"},{"secure_memcmp","bx","txn.b"},{"secure_memcmp","b","txn.none"},{"secure_memcmp","7","txn.v"},
  {"set_var","a","txn.q"},{"set_var","a","q"},{"set_var","a"},{"set_var","a","nope.q"},{"unset_var","a","txn.w"},{"unset_var","a","q"},
  {"hmac","a","sha256","txn.key"},{"hmac","a","sha256","txn.none"},{"hmac","a","sha256","txn.x"},{"hmac","a","sha256","txn.v"},
}
core.register_action("converters_vars", {"http-req"}, function(txn)
  calls.set(txn)
  txn:set_var("txn.key", "a2V5")
  local out = calls.results(txn, list)
  out[#out + 1] = txn:get_var("txn.q") .. type(txn:get_var("txn.w"))
  txn:set_var("txn.out", table.concat(out, " "))
end)
