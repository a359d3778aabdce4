-- Two services, and an action beside them.
core.register_service("hello", "http", function(applet)
  local name = applet.headers["x-name"] and applet.headers["x-name"][0] or "nobody"
  local body = applet:receive()
  applet:set_status(201)
  applet:add_header("content-type", "text/plain")
  applet:add_header("x-method", applet.method)
  applet:start_response()
  applet:send("hello " .. name .. " at " .. applet.path .. "?" .. applet.qs .. ": " .. body)
end)

core.register_service("last", "http", function(applet)
  applet:set_status(404)
  applet:add_header("content-type", "text/html")
  applet:start_response()
  applet:send("<p>nothing here")
end)

-- What HAProxy knows of the request: fetches and variables.
core.register_service("who", "http", function(applet)
  local out = { applet.sf:src(), applet.sf:fe_name(), applet.sf:nbsrv("app"), tostring(applet.f:so_id() > 0), applet.sf:str("x y") }
  out[#out + 1] = applet:get_var("txn.user") or "nobody"
  out[#out + 1] = tostring(applet:get_var("txn.none"))
  applet:add_header("content-type", "text/plain")
  applet:start_response()
  applet:send(table.concat(out, " "))
end)

core.register_action("mark", { "http-req" }, function(txn)
  txn.http:req_set_header("x-name", "marked " .. txn.sf:method())
end)
