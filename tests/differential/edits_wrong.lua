-- vars: txn.out
-- args: req.hdrs_bin=req.hdrs_bin
-- request: / a:x
core.register_action("edits_wrong", {"http-req"}, function(txn)
  local out, h = {}, txn.http
  local function try(name, ...) out[#out + 1] = tostring((pcall(h[name], h, ...))) end
  try("req_set_header", "a") try("req_set_header", "a", true) try("req_set_header", "a", nil) try("req_set_header", "a", {})
  try("req_add_header", "a", false) try("req_del_header") try("req_rep_header", "a", "(", "x") try("req_rep_header", "a", "x")
  try("req_rep_value", "a", "(", "x") try("req_set_path") try("req_set_method", {}) try("res_get_headers") try("res_set_header", "a", "b")
  try("res_set_status", 200) try("res_add_header", "a", "b") try("res_del_header", "a") try("res_rep_header", "a", "b", "c")
  txn:set_var("txn.out", table.concat(out, " "))
end)
