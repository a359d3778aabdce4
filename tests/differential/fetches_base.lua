-- vars: txn.out
-- args: req.hdrs_bin=req.hdrs_bin path=path query=query req.body=req.body
-- request: /a/b?x=1&y=two Host:Example.org:80
-- request: / Host:a Cookie:a=1;b;c=2 Cookie:d=4
-- request: /x? Host:a Cookie:=1 Cookie:e
-- request: /%20/? Host:a,b Cookie:
core.register_action("fetches_base", {"http-req"}, function(txn)
  local out = {}
  for _, f in ipairs{txn.f, txn.sf} do
    for _, name in ipairs{"path", "pathq", "base", "base32", "baseq", "req_body_len"} do out[#out + 1] = name .. "=" .. tostring(f[name](f)) end
    out[#out + 1] = f:req_hdrs():gsub("\r\n", "|"):gsub("x%-by: %w+", "")
    out[#out + 1] = tostring(f:req_hdr_ip("host")) .. tostring(f:req_hdr_cnt()) .. tostring(f:req_fhdr_cnt()) .. tostring(f:req_cook_cnt())
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
