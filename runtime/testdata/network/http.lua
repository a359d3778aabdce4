-- LuaSocket's socket.http and LuaSec's ssl.https. The server's /echo tells what it
-- was asked, /to?URL leads to URL, /big sends a byte too many, /slow never ends.
local http, https, ltn12 = require "socket.http", require "ssl.https", require "ltn12"
local web, tls = "http://127.0.0.1:" .. spoa.vars.web, "https://127.0.0.1:" .. spoa.vars.tls

local function says(want, ...)
  local v, err = ...
  assert(v == nil and tostring(err):find(want, 1, true), tostring(v) .. " " .. tostring(err))
end

-- ask sends the request r for a path and returns the body and the rest.
local function ask(path, r)
  local pieces = {}
  r.url, r.sink = web .. path, ltn12.sink.table(pieces)
  local ok, code, headers, status = http.request(r)
  if not ok then return nil, code end
  return table.concat(pieces), code, headers, status
end

spoa.on("simple", function()
  local body, code, headers, status = http.request(web .. "/echo?a=b")
  assert(code == 200 and status == "HTTP/1.1 200 OK", status)
  assert(headers["x-m"] == "1, 2" and headers["content-length"] == tostring(#body))
  assert(body:find "^GET /echo%?a=b  " and body:find("LuaSocket 3", 1, true), body)
  body, code = http.request(web .. "/echo", "a=1&b=2")
  assert(code == 200 and body:find "^POST /echo application/x%-www%-form%-urlencoded .* a=1&b=2$", body)
  assert(http.request(web) and select(2, http.request(web .. "/none")) == 404)
end)

spoa.on("table", function()
  local body = ask("/echo", { method = "PUT", source = ltn12.source.string "hello", headers = { ["Content-Type"] = "text/plain", ["User-Agent"] = "mine" } })
  assert(body:find "^PUT /echo text/plain mine .* hello$", body)
  body = ask("/echo", { user = "bob", password = "secret" })
  assert(body:find("Basic Ym9iOnNlY3JldA==", 1, true), body)
  local ok, code = http.request { host = "127.0.0.1", port = tonumber(spoa.vars.web), path = "/echo", method = "HEAD" }
  assert(ok == 1 and code == 200, code)
  local made = 0
  body = ask("/echo", { create = function() made = made + 1 return core.tcp() end })
  assert(made == 1 and body:find "^GET /echo", body)
  assert(ask("/echo", { create = require("socket").tcp }))
  local ok, err = pcall(ask, "/echo", { create = function() return {} end })
  assert(not ok and err:find("must return a socket of core.tcp", 1, true), err)
  says("broken", ask("/echo", { source = ltn12.source.error "broken" }))
  says("full", http.request { url = web .. "/echo", sink = ltn12.sink.error "full" })
  says("over the limit of 16777216 bytes", ask("/echo", { method = "POST", source = function() return ("x"):rep(1 << 20) end }))
end)

spoa.on("redirect", function()
  local body, code = http.request(web .. "/to?" .. web .. "/echo")
  assert(code == 200 and body:find "^GET /echo", body)
  body, code = ask("/to?/echo", { redirect = false })
  assert(code == 302)
  body, code = ask("/to?/echo", { method = "POST" })
  assert(code == 302)
  body, code = http.request(web .. "/loop")
  assert(code == 302)
  body = ask("/to?" .. web .. "/echo", { headers = { authorization = "mine" } })
  assert(body:find " mine ", body)
  body = ask("/to?" .. tls .. "/echo", { headers = { authorization = "mine" } })
  assert(not body:find " mine ", body)
  says("the redirect leads from https to http", https.request(tls .. "/to?" .. web .. "/echo"))
  says("egress to 127.0.0.2:80 refused", http.request(web .. "/to?http://127.0.0.2/"))
end)

spoa.on("https", function()
  local body, code, _, status = https.request(tls .. "/echo")
  assert(code == 200 and body:find "^GET /echo" and status:find "^HTTP/1.1 200", body)
  says("certificate", https.request("https://localhost:" .. spoa.vars.tls .. "/echo"))
end)

spoa.on("wrong", function()
  says("connection refused", http.request("http://127.0.0.1:" .. spoa.vars.refuses))
  says("egress to 127.0.0.2:80 refused", http.request "http://127.0.0.2/")
  says("invalid host ''", http.request "")
  says("invalid scheme 'ftp'", http.request "ftp://127.0.0.1/")
  says("over the limit of 16777216 bytes", http.request(web .. "/big"))
  assert(#http.request(web .. "/full") == 16 << 20)
  http.TIMEOUT = 0.05
  says("timeout", http.request(web .. "/slow"))
  http.TIMEOUT = 60
  http.PROXY = "http://127.0.0.1/"
  says("proxies are not supported", http.request(web))
  http.PROXY = nil
  assert(not pcall(http.request) and not pcall(http.request, { url = web, create = print }))
end)
