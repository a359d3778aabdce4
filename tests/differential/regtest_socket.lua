-- vars: txn.out
-- call: ${ECHO_PORT}
-- request: /
-- A client that reads until the other end closes.
core.register_action("regtest_socket", {"http-req"}, function(txn, port)
  local s = core.tcp()
  s:settimeout(10)
  if not s:connect("127.0.0.1:" .. port) then return end
  local lines = {}
  for i = 1, 40 do lines[i] = "line " .. i end
  s:send(table.concat(lines, "\n") .. "\nquit\n")
  local n, bytes, last = 0, 0, nil
  while true do
    local line = s:receive("*l")
    if not line then break end
    n, bytes, last = n + 1, bytes + #line, line
  end
  s:close()
  txn:set_var("txn.out", table.concat({n, bytes, last}, " "))
end, 1)
