-- CORS for an application that knows nothing of it: which origins may read its
-- answers, and the answers to preflight requests.
--
--   http-request  lua.cors METHODS ORIGINS HEADERS
--   http-response lua.cors
--
-- ORIGINS is a list with commas: https://app.example.org is that origin only,
-- *.example.org is a domain and all below it, with any scheme and port, * is
-- everybody. HEADERS may be - for none.

local PREFLIGHT_AGE = "600"

-- host returns the name in an origin, without scheme and port.
local function host(origin)
  local authority = origin:match("^%a[%w+.-]*://(.+)$") or ""
  return (authority:gsub(":%d+$", "")):lower()
end

local function matches(origin, pattern)
  if pattern == "*" then return true end
  local domain = pattern:match("^%*%.(.+)$")
  if not domain then return origin:lower() == pattern:lower() end
  local name = host(origin)
  domain = domain:lower()
  return name == domain or name:sub(-#domain - 1) == "." .. domain
end

-- allowed returns what access-control-allow-origin says to an origin, or nil.
local function allowed(origin, patterns)
  for _, pattern in ipairs(core.tokenize(patterns, ", ", true)) do
    if pattern == "*" then return "*" end
    if matches(origin, pattern) then return origin end
  end
end

local function first(headers, name)
  return headers[name] and headers[name][0]
end

local function preflight(txn, allow, methods, names)
  local reply = txn:reply{ status = 204 }
  if allow then
    reply:add_header("access-control-allow-origin", allow)
    reply:add_header("access-control-allow-methods", methods)
    if names ~= "-" then reply:add_header("access-control-allow-headers", names) end
    reply:add_header("access-control-max-age", PREFLIGHT_AGE)
  end
  reply:add_header("vary", "origin, access-control-request-method, access-control-request-headers")
  txn:done(reply)
end

local function request(txn, methods, origins, names)
  local headers = txn.http:req_get_headers()
  local origin = first(headers, "origin")
  local allow = origin and allowed(origin, origins)
  if origin and txn.sf:method() == "OPTIONS" and first(headers, "access-control-request-method") then
    preflight(txn, allow, methods, names)
  end
  -- The action of the response has neither the request's headers nor the
  -- parameters: this is how it knows.
  txn:set_priv({ allow = allow, everybody = origins == "*" })
end

local function response(txn)
  local decision = txn:get_priv()
  if not decision then return end
  -- Caches must tell origins apart even when this one got nothing.
  if not decision.everybody then txn.http:res_add_header("vary", "origin") end
  if decision.allow then
    txn.http:res_set_header("access-control-allow-origin", decision.allow)
  else
    txn.http:res_del_header("access-control-allow-origin")
  end
end

core.register_action("cors", { "http-req" }, request, 3)
core.register_action("cors", { "http-res" }, response, 0)
