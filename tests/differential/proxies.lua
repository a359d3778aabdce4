-- since: 3.0
-- vars: txn.out
-- request: /
core.register_action("proxies", {"http-req"}, function(txn)
  local out = {}
  local function say(...)
    for i = 1, select("#", ...) do out[#out + 1] = tostring((select(i, ...))) end
  end
  local function names(list)
    local all, seen = {}, {["MASTER"] = true}
    for name in pairs(list) do -- a frontend and a backend of one name come twice
      if not seen[name] and not name:find("^<") then all[#all + 1] = name end
      seen[name] = true
    end
    table.sort(all)
    return table.concat(all, ",")
  end
  say(names(core.proxies), names(core.backends), names(core.frontends))
  say(core.backends.nosuch, core.frontends.known, core.backends.both == nil, core.frontends.both == nil, core.proxies.nosuch)
  for _, name in ipairs({"known", "empty", "both", "raw"}) do
    local p = core.proxies[name]
    say(p.name, p:get_name(), type(p.uuid), p:get_uuid() == p.uuid, p:get_cap(), p:get_mode(), p:get_srv_act(), p:get_srv_bck(), names(p.servers))
    say(p:get_stats().pxname, p:get_stats().svname)
    for _, server in ipairs({"one", "two", "three", "six"}) do
      local s = p.servers[server]
      if s then
        say(s.name, s:get_name(), s:get_addr(), s:get_stats().status, s:get_stats().svname, s:get_stats().pxname)
      end
    end
  end
  say(core.backends.known.servers.nosuch, core.backends.known.name)
  txn:set_var("txn.out", table.concat(out, " "))
end)
