-- since: 3.4
-- headers: x-name-1 x-name-2 set-cookie content-type location
-- body: yes
-- args: path=path
-- request: /typed
-- request: /plain
core.register_action("replies_names", {"http-req"}, function(txn)
  local r = txn:reply{status = 403, body = "no"}
  for i = 1, 6 do r:add_header("Set-Cookie", "c" .. i .. "=1") end
  for i = 1, 3 do r:add_header("x-name-" .. i % 2 + 1, "v" .. i) end
  if txn.sf:path() == "/typed" then
    r:add_header("Content-Type", "text/html; charset=utf-8") r:add_header("Location", "/x?y=%[1]")
  end
  txn:done(r)
end)
