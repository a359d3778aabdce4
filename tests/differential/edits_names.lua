-- since: 3.4
-- vars: txn.read
-- args: req.hdrs_bin=req.hdrs_bin
-- edits:
-- twice: yes
-- show: %[req.hdrs_bin,hex]
-- request: / X-Keep:k X-Gone-1:a X-Gone-2:b X-Gone-1:c X-Set-3:old X-Many:0 Drop:x-keep,X-Many
-- request: / Drop:host
-- request: /
local long = ("y"):rep(3000)
core.register_action("edits_names", {"http-req"}, function(txn)
  local h = txn.http
  for name in pairs(h:req_get_headers()) do
    if name:find("^x%-gone") or name == "x-by" then h:req_del_header(name) end
  end
  for i = 1, 4 do h:req_set_header("X-Set-" .. i, "v" .. i) end
  for name in txn.sf:req_fhdr("drop"):gmatch("[^,]+") do h:req_del_header(name) end
  for i = 1, 6 do h:req_add_header("x-many", i) h:req_add_header("x-other-" .. i % 2, "o" .. i) end
  h:req_del_header("x-set-" .. 2) h:req_add_header("x-set-" .. 2, "again") h:req_set_header("x-set-" .. 1, "last")
  h:req_set_header("x-" .. ("n"):rep(70), long)
  h:req_add_header("x-text-" .. 1, "a \"b\" %[path] \\ c\td;e,f") h:req_add_header("x-text-" .. 2, "\xc3\xa4\xff") h:req_add_header("x-text-" .. 3, "")
  txn:set_var("txn.read", txn.sf:req_hdr_names(","))
end)
