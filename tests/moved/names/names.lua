-- Headers whose names nobody has written down.
core.register_action("scrub", {"http-req"}, function(txn, prefix)
  for name in pairs(txn.http:req_get_headers()) do
    if name:sub(1, #prefix) == prefix then txn.http:req_del_header(name) end
  end
  txn.http:req_add_header("x-scrubbed", prefix)
end, 1)

core.register_action("claims", {"http-req"}, function(txn)
  for key, value in txn.sf:query():gmatch("(%w+)=(%w+)") do
    txn.http:req_set_header("x-claim-" .. key, value)
    txn.http:req_add_header("x-list-" .. #key, key)
  end
end)

core.register_action("gate", {"http-req"}, function(txn)
  local code = tonumber(txn.sf:path():match("^/gate/(%d+)$"))
  if not code then return end
  local reply = txn:reply{status = 403, body = "gate " .. code}
  for i = 1, code do
    reply:add_header("X-Gate-" .. i % 3, "g" .. i)
    reply:add_header("Set-Cookie", "c" .. i .. "=" .. i)
  end
  if code > 5 then reply:add_header("Content-Type", "text/x-gate") end
  txn:done(reply)
end)

core.register_action("hide", {"http-res"}, function(txn)
  local names = {}
  for name in pairs(txn.http:res_get_headers()) do
    if name:find("^x%-app%-") then names[#names + 1] = name end
  end
  table.sort(names)
  for i, name in ipairs(names) do
    txn.http:res_del_header(name)
    txn.http:res_set_header("X-Hidden-" .. i, name)
    txn.http:res_add_header("Set-Cookie", "hidden" .. i .. "=" .. name)
  end
end)
