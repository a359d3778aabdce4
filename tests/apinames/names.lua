-- The names of HAProxy's Lua API: HAProxy lists those of its objects, and the agent says
-- which of them it does not have.
local sections = {"proxy", "server", "stick"}
local map = Map.new("names.map", Map._str)
local globals = {}
for name in pairs(_G) do globals[name] = _G[name] end

-- objects are those that scripts get, by what doc/haproxy-lua.md calls them.
local function objects(txn)
  local t = {_G = globals, txn = txn, map = map, socket = core.tcp(), httpclient = core.httpclient(), concat = core.concat()}
  for _, name in ipairs{"core", "act", "Map", "Regex", "filter", "CertCache", "ACME"} do t[name] = _G[name] end
  for _, name in ipairs{"c", "sc", "f", "sf", "http", "req", "res"} do t["txn." .. name] = txn[name] end
  t.reply = txn:reply()
  t.queue = core.queue and core.queue()
  t.patref = core.get_patref and core.get_patref("names.map")
  t.regex = select(2, Regex.new("a", true))
  t.proxy = core.proxies.known
  t.server = core.proxies.known.servers.one
  t["proxy:get_stats()"] = t.proxy:get_stats()
  t["server:get_stats()"] = t.server:get_stats()
  return t
end

local function applets(applet) return {applet = applet, ["applet.f"] = applet.f, ["applet.sf"] = applet.sf, ["applet.c"] = applet.c, ["applet.sc"] = applet.sc} end

-- list is the names of all objects, a line each.
local function list(all)
  local out, seen = {}, {}
  local function add(object, name)
    local key = object .. " " .. tostring(name)
    if type(name) == "string" and not name:find("^__") and not seen[key] then
      seen[key] = true
      out[#out + 1] = key
    end
  end
  for object, value in pairs(all) do
    local meta = getmetatable(value)
    local index = meta and rawget(meta, "__index")
    if type(value) == "table" then for name in next, value do add(object, name) end end
    if type(index) == "table" then for name in next, index do add(object, name) end end
  end
  table.sort(out)
  return table.concat(out, "\n") .. "\n"
end

-- missing are those of a list that the objects here do not have.
local function missing(all, text)
  local out = {}
  for object, name in text:gmatch("(%S+) (%S+)\n") do
    if all[object] == nil or all[object][name] == nil then out[#out + 1] = object .. " " .. name .. "\n" end
  end
  return table.concat(out)
end

core.register_action("list", {"http-req"}, function(txn)
  local reply = txn:reply{status = 200}
  reply:set_body(list(objects(txn)))
  txn:done(reply)
end)

core.register_action("missing", {"http-req"}, function(txn, text) txn:set_var("txn.missing", missing(objects(txn), text)) end, 1)

core.register_service("names", "http", function(applet)
  local text = applet:receive()
  text = text == "" and list(applets(applet)) or missing(applets(applet), text)
  applet:set_status(200)
  applet:add_header("content-length", tostring(#text))
  applet:start_response()
  applet:send(text)
end)
