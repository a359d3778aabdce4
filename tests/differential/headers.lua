-- vars: txn.out
-- args: req.hdrs_bin=req.hdrs_bin
-- request: / Host:example.org X-One:1 X-Two:a,b X-Two:c X-Empty:

core.register_action("headers", {"http-req"}, function(txn)
  local h, out = txn.http:req_get_headers(), {}
  for _, name in ipairs({"host", "x-one", "x-two", "x-empty", "X-One", "none"}) do
    local list = h[name]
    out[#out + 1] = name .. "=" .. type(list)
    if list then
      out[#out + 1] = #list
      for i = 0, #list do out[#out + 1] = i .. ":" .. list[i] end
      local n = 0
      for _ in pairs(list) do n = n + 1 end
      out[#out + 1] = n
    end
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
