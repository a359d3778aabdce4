-- vars: txn.read
-- args: req.hdrs_bin=req.hdrs_bin
-- edits: x-a x-b x-c
-- twice: yes
-- show: %[req.fhdr_cnt(x-a)] %[req.fhdr_cnt(x-b)] %[req.fhdr_cnt(x-c)] %[req.fhdr(x-b)]
-- request: / X-A:0 X-C:1
core.register_action("edits_twice", {"http-req"}, function(txn)
  local list = txn.http:req_get_headers()
  txn:set_var("txn.read", tostring(#list["x-a"]) .. tostring(list["x-c"]))
  txn.http:req_add_header("x-a", "1")
  txn.http:req_set_header("x-b", "b" .. #list["x-a"])
  txn.http:req_del_header("x-c")
end)
