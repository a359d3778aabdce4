-- vars: txn.out
-- args: req.hdrs_bin=req.hdrs_bin path=path query=query txn.none=var(txn.none) txn.set=var(txn.set) src=src ssl_fc=ssl_fc url_ip=url_ip
-- before: txn.set str(yes)
-- request: /
-- request: /?a=
-- request: /?a=1&b X-None:
-- What is not there: nil, "" and errors.
core.register_action("fetches_absent", {"http-req"}, function(txn)
  local out = {}
  local function say(...)
    for i = 1, select("#", ...) do
      local v = select(i, ...)
      out[#out + 1] = type(v) .. ":" .. tostring(v)
    end
  end
  say(txn.f:query(), txn.sf:query(), txn.f:req_hdr("x-none"), txn.sf:req_hdr("x-none"), txn.f:req_fhdr("nosuch"), txn.sf:req_fhdr("nosuch"))
  say(txn.f:url_param("a"), txn.sf:url_param("a"), txn.f:url_param("b"), txn.f:url_param("c"), txn.f:req_cook("no"), txn.sf:req_cook("no"))
  say(txn:get_var("txn.none"), txn:get_var("txn.set"), txn.f:ssl_fc(), txn.sf:ssl_fc(), txn.f.src(txn.f), txn.sf.src(txn.sf), txn.f:req_hdr_cnt("x-none"))
  say((pcall(function() return txn.f:nosuchfetch() end)), (pcall(txn.f.path, txn.f, "x")))
  say(txn.reply ~= nil, txn.nosuch, txn.http ~= nil, txn.req ~= nil, txn.f ~= nil, txn.sc ~= nil, core.nosuch)
  txn:set_var("txn.out", table.concat(out, " "))
end)
