-- vars: txn.out txn.dst
-- call: ${WEB_PORT}
-- request: /
-- Bodies that need several buffers, a Host of the script's own, an address beside the URL.
core.register_action("regtest_httpclient", {"http-req"}, function(txn, port)
  local base, out = "http://127.0.0.1:" .. port, {}
  local big = ("0123456789abcdef"):rep(3456)
  local r = core.httpclient():post{url = base .. "/echo", body = big, headers = {host = {"big.example.org"}}}
  out[#out + 1] = r.status .. " " .. #r.body .. " " .. tostring(r.body:find(big, 1, true) ~= nil) .. " " .. r.body:sub(1, 40)
  r = core.httpclient():put{url = base .. "/echo?put", body = big}
  out[#out + 1] = r.status .. " " .. #r.body
  for i = 1, 5 do
    r = core.httpclient():get{url = base .. "/echo?" .. i, headers = {["x-a"] = {tostring(i)}}}
    out[#out + 1] = r.status .. r.body
  end
  txn:set_var("txn.out", table.concat(out, ","))
  r = core.httpclient():get{url = "http://www.example.org/echo", dst = "127.0.0.1:" .. port}
  txn:set_var("txn.dst", r.status .. r.body)
end, 1)
