-- LuaSocket's module socket.http over the client of the agent.

local fetch, ltn12, url, mime, max = ...

local http = { TIMEOUT = 60, USERAGENT = "LuaSocket 3.1.0", _VERSION = "LuaSocket 3.1.0" }

local MAX_REDIRECTS = 5

local function lowered(headers)
  local list = {}
  for name, value in pairs(headers or {}) do list[tostring(name):lower()] = tostring(value) end
  return list
end

-- target returns the URL of a request, its host and what user and password make
-- of the header Authorization.
local function target(r)
  local parts = url.parse(r.url or "", { scheme = "http", path = "/" }) or { scheme = "http", path = "/" }
  for _, name in ipairs { "scheme", "host", "port", "path", "params", "query", "user", "password" } do
    if r[name] ~= nil then parts[name] = r[name] end
  end
  if not parts.host or parts.host == "" then return nil, "invalid host '" .. tostring(parts.host or "") .. "'" end
  if parts.scheme ~= "http" and parts.scheme ~= "https" then return nil, "invalid scheme '" .. parts.scheme .. "'" end
  local auth
  if parts.user and parts.password then
    auth = "Basic " .. (mime.b64(url.unescape(parts.user) .. ":" .. url.unescape(parts.password)))
  end
  parts.user, parts.password, parts.userinfo, parts.authority, parts.fragment = nil, nil, nil, nil, nil
  if parts.port then parts.port = tostring(parts.port) end
  return url.build(parts), parts, auth
end

-- drained returns all that a source gives.
local function drained(source)
  if not source then return "" end
  local pieces, size = {}, 0
  while true do
    local piece, err = source()
    if not piece then
      if err then return nil, err end
      return table.concat(pieces)
    end
    pieces[#pieces + 1], size = piece, size + #piece
    if size > max then return nil, "the body is over the limit of " .. max .. " bytes" end
  end
end

local REDIRECTS = { [301] = true, [302] = true, [303] = true, [307] = true }

local function leads_on(r, code, location, n)
  return location and location:find "%S" and r.redirect ~= false and REDIRECTS[code]
    and (not r.method or r.method == "GET" or r.method == "HEAD") and n < (r.maxredirects or MAX_REDIRECTS)
end

-- followed returns the request that a redirect leads to. What is for one host
-- only is not sent to another.
local function followed(r, address, parts, location)
  local to = url.parse(url.absolute(address, (location:gsub("%s", ""))))
  if parts.scheme == "https" and to.scheme ~= "https" then return nil, "the redirect leads from https to " .. tostring(to.scheme) end
  local headers = lowered(r.headers)
  headers.host = nil
  if to.host ~= parts.host or to.port ~= parts.port or to.scheme ~= parts.scheme then
    headers.authorization, headers.cookie = nil, nil
  end
  return {
    url = url.absolute(address, (location:gsub("%s", ""))), method = r.method, headers = headers,
    sink = r.sink, step = r.step, maxredirects = r.maxredirects,
  }
end

local function deliver(r, body)
  if not r.sink then return 1 end
  return ltn12.pump.all(ltn12.source.string(body), r.sink, r.step)
end

-- made calls create, by which scripts of HAProxy have the socket of core.tcp. The
-- connection is the agent's own, which is of that kind anyway.
local function made(r)
  local sock = r.create(r)
  if type(sock) ~= "userdata" then
    error("request: create must return a socket of core.tcp or socket.tcp: the agent makes the connection", 0)
  end
  sock:close()
end

local function request(r, n)
  if r.proxy or http.PROXY then return nil, "proxies are not supported" end
  if r.create then made(r) end
  local address, parts, auth = target(r)
  if not address then return nil, parts end
  local headers = lowered(r.headers)
  headers["user-agent"] = headers["user-agent"] or http.USERAGENT
  headers.authorization = headers.authorization or auth
  local body, err = drained(r.source)
  if not body then return nil, err end
  local code, got, status, text = fetch(r.method or "GET", address, headers, body, http.TIMEOUT)
  if not code then return nil, got end
  if leads_on(r, code, got.location, n) then
    local next, problem = followed(r, address, parts, got.location)
    if not next then return nil, problem end
    return request(next, n + 1)
  end
  local ok, problem = deliver(r, text)
  if not ok then return nil, problem end
  return 1, code, got, status
end

local function simple(address, body)
  local pieces = {}
  local r = { url = address, sink = ltn12.sink.table(pieces) }
  if body then
    r.method, r.source = "POST", ltn12.source.string(body)
    r.headers = { ["content-type"] = "application/x-www-form-urlencoded" }
  end
  local ok, code, headers, status = request(r, 0)
  if not ok then return nil, code end
  return table.concat(pieces), code, headers, status
end

function http.request(what, body)
  if type(what) == "string" then return simple(what, body) end
  if type(what) ~= "table" then error("bad argument #1 to 'request' (string or table expected, got " .. type(what) .. ")", 2) end
  return request(what, 0)
end

return http
