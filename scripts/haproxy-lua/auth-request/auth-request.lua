-- Asks an authentication server about each request before the application sees it.
--
--   http-request lua.auth-request   URL HEADERS
--   http-request lua.auth-intercept URL HEADERS
--
-- HEADERS lists with commas which headers of the request the server may see; a *
-- stands for any characters. No other header leaves for it. auth-request puts the
-- answer into variables, for rules; auth-intercept itself answers those who may
-- not, with the server's own page, and tells the application who the others are.

local TIMEOUT = 2000 -- ms

-- These concern one connection or one body. They are never handed on.
local OWN = {
  connection = true, ["content-length"] = true, expect = true, host = true, ["keep-alive"] = true,
  ["proxy-connection"] = true, te = true, trailer = true, ["transfer-encoding"] = true, upgrade = true,
}

local REFUSALS = { [301] = true, [302] = true, [303] = true, [307] = true, [308] = true, [401] = true, [403] = true }

-- patterns_of returns the Lua patterns of a list such as "cookie,x-forwarded-*".
local function patterns_of(list)
  local patterns = {}
  for glob in list:gmatch("[^,%s]+") do
    local escaped = glob:lower():gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*", ".*")
    patterns[#patterns + 1] = "^" .. escaped .. "$"
  end
  return patterns
end

local function listed(name, patterns)
  if OWN[name] then return false end
  for _, pattern in ipairs(patterns) do
    if name:find(pattern) then return true end
  end
  return false
end

-- forwarded returns the headers of the request that are on the list, and what
-- the request was.
local function forwarded(txn, list)
  local patterns, headers = patterns_of(list), {}
  for name, values in pairs(txn.http:req_get_headers()) do
    if listed(name, patterns) then
      headers[name] = {}
      for _, value in pairs(values) do table.insert(headers[name], value) end
    end
  end
  headers["x-original-method"] = { txn.sf:method() }
  headers["x-original-path"] = { txn.sf:path() }
  return headers
end

-- ask returns the server's answer and its status: 500 for what is no decision.
local function ask(txn, url, list)
  local answer = core.httpclient():get{ url = url, headers = forwarded(txn, list), timeout = TIMEOUT }
  local status = answer.status
  if status >= 200 and status < 300 or REFUSALS[status] then return answer, status end
  txn:Warning("auth-request: " .. url .. " answers with status " .. status)
  return answer, 500
end

local function header(answer, name)
  local values = answer.headers and answer.headers[name]
  return values and (values[0] or values[1])
end

core.register_action("auth-request", { "http-req" }, function(txn, url, list)
  txn:set_var("txn.auth_response_successful", false)
  local answer, status = ask(txn, url, list)
  txn:set_var("txn.auth_response_code", status)
  if status == 500 then return end
  for name in pairs(answer.headers) do
    txn:set_var("req.auth_response_header." .. name:gsub("[^%w]", "_"), header(answer, name))
  end
  if status < 300 then
    txn:set_var("txn.auth_response_successful", true)
  elseif status < 400 then
    txn:set_var("txn.auth_response_location", header(answer, "location") or "")
  end
end, 2)

core.register_action("auth-intercept", { "http-req" }, function(txn, url, list)
  -- Nobody but the server says who somebody is.
  txn.http:req_del_header("x-auth-user")
  txn:set_var("txn.auth_response_successful", false)
  local answer, status = ask(txn, url, list)
  if status < 300 then
    txn.http:req_set_header("x-auth-user", header(answer, "x-auth-user") or "")
    txn:set_var("txn.auth_response_successful", true)
    return
  end
  local reply = txn:reply{ status = status }
  if status ~= 500 then
    local place, challenge, kind = header(answer, "location"), header(answer, "www-authenticate"), header(answer, "content-type")
    if place then reply:add_header("location", place) end
    if challenge then reply:add_header("www-authenticate", challenge) end
    if kind then reply:add_header("content-type", kind) end
    reply:set_body(answer.body or "")
  end
  txn:done(reply)
end, 2)
