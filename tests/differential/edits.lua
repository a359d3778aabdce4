-- vars: txn.read
-- args: req.hdrs_bin=req.hdrs_bin path=path query=query method=method url=url
-- edits: x-set x-add x-del x-rep x-val x-new host x-both
-- show: %[req.fhdr(x-set)]:%[req.fhdr(x-set,1)] %[req.fhdr_cnt(x-set)] %[req.fhdr(x-add)] %[req.fhdr_cnt(x-add)] %[req.fhdr_cnt(x-del)] %[req.fhdr(x-rep,1)] %[req.fhdr(x-rep,2)] %[req.fhdr(x-val)] %[req.fhdr(x-new)] %[req.fhdr(x-both)] %[req.fhdr(host)] %[method] %[path] %[query]
-- request: /old?a=b X-Set:1 X-Set:2 X-Add:one X-Del:1 X-Del:2 X-Rep:aaabc X-Rep:zz X-Val:a,b,,b X-Both:1
-- request: /old
local function headers(txn)
  local out = {}
  for name, list in pairs(txn.http:req_get_headers()) do
    if name:find("^x%-") then
      for i = 0, #list do out[#out + 1] = name .. i .. "=" .. list[i] end
    end
  end
  table.sort(out)
  return table.concat(out, ";")
end
core.register_action("edits", {"http-req"}, function(txn)
  local h = txn.http
  h:req_set_header("x-set", "v1")
  h:req_add_header("X-Add", 12)
  h:req_del_header("x-del")
  h:req_rep_header("x-rep", "(a+)(b*)", "<\\1|\\2|\\0>")
  h:req_rep_value("x-val", "^b$", "B")
  h:req_set_header("x-new", "a b\tc")
  h:req_del_header("x-both") h:req_add_header("x-both", "again")
  local out = {tostring(h:req_set_method("PURGE")), tostring(h:req_set_path("/new")), tostring(h:req_set_query("q=1"))}
  out[#out + 1] = headers(txn):gsub("x%-by0=%a+;", "")
  out[#out + 1] = table.concat({txn.sf:method(), txn.sf:path(), txn.sf:query(), txn.sf:url(), txn.sf:req_fhdr("x-set"), txn.sf:req_hdr("x-val")}, " ")
  txn:set_var("txn.read", table.concat(out, " | "))
end)
