-- vars: txn.out
-- args: path=path method=method query=query src=src ssl_fc=ssl_fc url=url req.ver=req.ver req.hdrs_bin=req.hdrs_bin dst_port=dst_port txn.none=var(txn.none) urlp(x)=urlp(x) req.body=req.body body_len=req.body_len
-- request: /a/b?x=1&y=two&x=3&empty= Host:example.org Accept:text/a,text/b;q="1,2" Accept:text/c User-Agent:one,two Cookie:a=1;b=two;c=
-- request: /

core.register_action("fetches", {"http-req"}, function(txn)
  local out = {}
  local function add(v) out[#out + 1] = (math.type(v) or type(v)) .. ":" .. tostring(v) end
  for _, f in ipairs({txn.f, txn.sf}) do
    add(f:path()) add(f:method()) add(f:query()) add(f:src()) add(f:ssl_fc()) add(f:url())
    add(f:req_ver()) add(f.path(f))
    add(f:req_hdr("host")) add(f:req_hdr("Accept")) add(f:req_hdr("accept", 1)) add(f:req_hdr("accept", -2))
    add(f:req_hdr("accept", 9)) add(f:hdr("accept", 2)) add(f:req_hdr("none"))
    add(f:req_fhdr("accept")) add(f:req_fhdr("accept", 1)) add(f:req_fhdr("user-agent")) add(f:req_hdr("user-agent"))
    add(f:req_hdr_cnt("accept")) add(f:req_fhdr_cnt("accept")) add(f:req_hdr_cnt("none"))
    add(f:req_cook("a")) add(f:req_cook("b")) add(f:req_cook("c")) add(f:req_cook("d")) add(f:cook("b"))
    add(f:url_param("x")) add(f:urlp("y")) add(f:urlp("empty")) add(f:urlp("none")) add(f:urlp("x"))
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
