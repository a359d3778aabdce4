-- vars: txn.out
-- args: req.hdrs_bin=req.hdrs_bin
-- request: / Cookie:a=1;b;c=2 Cookie:d=4
-- request: / Cookie:=1 Cookie:e
-- request: / Cookie:
-- request: /
core.register_action("fetches_cookies", {"http-req"}, function(txn)
  local out = {}
  for _, f in ipairs{txn.f, txn.sf} do
    out[#out + 1] = "[" .. tostring(f:req_cook_names()) .. "|" .. tostring(f:req_cook_names(";")) .. "]"
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
