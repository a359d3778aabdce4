-- HAProxy's core.tcp and core.httpclient over TLS, to a dst, and at their bounds.
local web, tls = "http://127.0.0.1:" .. spoa.vars.web, "https://127.0.0.1:" .. spoa.vars.tls

spoa.on("tls", function()
  local r = core.httpclient():get { url = tls .. "/echo", timeout = 30000 }
  assert(r.status == 200 and r.body:find "^GET /echo" and r.headers["x-m"][1] == "2", r.reason)
  r = core.httpclient():get { url = "https://localhost:" .. spoa.vars.tls .. "/echo", timeout = 30000 }
  assert(r.status == 503 and r.reason:find "certificate", r.reason)
end)

spoa.on("connect_ssl", function()
  local s = core.tcp()
  s:settimeout(30)
  assert(s:connect_ssl("127.0.0.1", tonumber(spoa.vars.tls)))
  s:send "GET /echo HTTP/1.0\r\n\r\n"
  assert(s:receive():find "^HTTP/1.%d 200 OK$" and s:receive("*a"):find "GET /echo")
  local ok, err = core.tcp():connect_ssl("localhost", tonumber(spoa.vars.tls))
  assert(not ok and err:find "^Can't connect: .*certificate", err)
end)

spoa.on("dst", function()
  local r = core.httpclient():get { url = "http://www.example.org/echo", dst = "127.0.0.1:" .. spoa.vars.web, timeout = 30000 }
  assert(r.status == 200 and r.body:find "^GET /echo", r.reason)
  r = core.httpclient():get { url = web .. "/echo", dst = "127.0.0.1:" .. spoa.vars.refuses, timeout = 30000 }
  assert(r.status == 503 and r.reason:find "refused", r.reason)
  r = core.httpclient():get { url = web .. "/echo", dst = "127.0.0.2:80" }
  assert(r.status == 503 and r.reason:find "egress to 127.0.0.2:80 refused", r.reason)
end)

spoa.on("bounds", function()
  local r = core.httpclient():get { url = web .. "/full", timeout = 30000 }
  assert(r.status == 200 and #r.body == 16 << 20, r.reason)
  r = core.httpclient():get { url = web .. "/big", timeout = 30000 }
  assert(r.status == 503 and r.reason:find("over the limit of 16777216 bytes", 1, true), r.reason)
  local s = core.tcp()
  s:settimeout(30)
  assert(s:connect("127.0.0.1", tonumber(spoa.vars.web)))
  s:send "GET /long HTTP/1.0\r\n\r\n"
  local v, err = s:receive "*a"
  assert(v == nil and err:find "^more than 16777216 bytes", err)
end)
