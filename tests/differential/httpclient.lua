-- vars: txn.a txn.b txn.c txn.d txn.e txn.f txn.g
-- call: ${WEB_PORT}
-- request: /

local function ask(method, t)
  local client = core.httpclient()
  return client[method](client, t)
end

core.register_action("httpclient", {"http-req"}, function(txn, port)
  local base = "http://127.0.0.1:" .. port
  local r = ask("get", {url = base .. "/echo?x=1", headers = {["x-a"] = {"1", "2"}, ["x-s"] = "passed over", host = {"www.example.org"}}})
  txn:set_var("txn.a", r.status .. r.reason .. r.body)
  txn:set_var("txn.b", r.headers["x-m"][0] .. r.headers["x-m"][1] .. tostring(r.headers["x-m"][2]))
  r = ask("post", {url = base .. "/echo", body = "the body"})
  txn:set_var("txn.c", r.status .. r.body)
  r = ask("get", {url = base .. "/redirect"})
  txn:set_var("txn.d", r.status .. r.headers.location[0])
  r = ask("head", {url = base .. "/echo"})
  txn:set_var("txn.e", r.status .. #r.body)
  r = ask("delete", {url = base .. "/echo"})
  txn:set_var("txn.f", r.status .. r.body .. ask("put", {url = base .. "/echo", body = "x"}).body)
  txn:set_var("txn.g", tostring(pcall(ask, "get", {url = base, nosuch = 1})) .. tostring(pcall(ask, "get", {})))
end, 1)
