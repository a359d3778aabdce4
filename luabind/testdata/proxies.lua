core.backends and the like, out of haproxy.cfg below the script folders.

--- proxies
core.register_init(function()
  local auth = core.backends["auth"]
  assert(auth.name == "auth" and auth:get_name() == "auth" and auth:get_mode() == "tcp" and auth:get_cap() == "backend" and core.backends.both:get_cap() == "proxy" and core.frontends.www:get_cap() == "frontend")
  assert(auth:get_srv_act() == 1 and auth:get_srv_bck() == 1 and core.proxies.auth == auth)
  assert(auth.servers.s1:get_addr() == "192.0.2.1:80" and auth.servers.s2:get_addr() == "192.0.2.2:81")
  assert(auth.servers.s2:is_backup() and auth.servers.s1:get_proxy() == auth and auth.servers.s3 == nil)
  assert(core.backends.www == nil and core.frontends.www:get_mode() == "http" and core.frontends.auth == nil)
  assert(core.backends.both.servers.only:get_addr() == "auth.example:443" and core.frontends.both == core.backends.both)
  assert(core.backends.none == nil and core.backends.defaults == nil and auth.stktable == nil)
  local names = {}
  for name, p in pairs(core.backends) do names[#names + 1] = name .. "=" .. p.name end
  table.sort(names)
  assert(table.concat(names, " ") == "auth=auth both=both", table.concat(names, " "))
end)

--- what haproxy.cfg sets in the environment
assert(os.getenv("FOLDER") == "/etc/proxy site" and os.getenv("LIST") == "/etc/proxy site/list" and os.getenv("HOME") == nil)
core.register_init(function() assert(os.getenv("FOLDER")) end)

--- pairs comes first
for name, p in pairs(core.frontends) do assert(name == p.name) core.Info(name == "www" and "www" or "other") end
--> log msg=
--> log msg=

--- what only HAProxy can do
local s = core.backends.auth.servers.s1
for name, text in pairs{set_weight = "Server:set_weight", get_cur_sess = "Server:get_cur_sess", shut_sess = "Server:shut_sess"} do
  local ok, err = pcall(s[name], s, "1")
  assert(not ok and err:find(text .. ": needs HAProxy's runtime API", 1, true), err)
end
assert(not pcall(core.backends.auth.pause, core.backends.auth) and s.unheard_of == nil)
assert(s:get_stats().status == "UP" and s:get_stats().pxname == "auth" and s:get_stats().scur + 1 == 1)
assert(core.backends.auth.servers.s2:get_stats().status == "no check")
--> log msg="Server:get_stats: SPOE carries no statistics: a server with 'check' is taken to be UP, and sessions and queues are 0"

--- what stays in HAProxy is warned of, but for services of HTTP, which may be served
core.register_service("page", "http", function() end)
core.register_service("echo", "tcp", function() end)
core.register_cli({"a"}, "", function() end)
core.register_filter("f", {}, function() end)
core.register_action("works", {"http-req"}, function(txn) return act.DENY end)
--> log register_service: TCP services need the client's connection; this one stays in HAProxy
--> log register_cli: no HAProxy stats socket here; this command stays in HAProxy
--> log register_filter: filters need the stream's buffers; keep this script in HAProxy

--- who runs the script, without statistics
core.register_init(function()
  local info = core.get_info()
  assert(info.Name == "HAProxy" and #info.node > 0 and info.Pid > 1 and info.Process_num == 1 and info.Uptime == nil)
  core.get_info()
end)
--> log level=WARN msg="core.get_info: SPOE carries no statistics: there are Name, node, Pid and Process_num, of the agent, and the rest is nil"
