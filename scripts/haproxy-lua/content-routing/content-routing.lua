-- Content routing: which backend serves a request, by its query, the address of a
-- device or its path, and by a version in a cookie or a header.
local tenants = Map.new("tenants.map") -- of texts, as Map._str
local paths = Map.new("paths.map", Map._beg)

-- query returns the parameters of a query string; the last of a name counts.
local function query(text)
  local params = {}
  for _, pair in pairs(core.tokenize(text or "", "&", true)) do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    params[name] = value
  end
  return params
end

core.register_fetches("backend", function(txn, fallback)
  local params = query(txn.sf:query())
  if params.tenant then
    return "be_" .. (tenants:lookup(txn.sc:url_dec(params.tenant, 1)) or "shared")
  end
  local device = tonumber(params.device)
  if device then return device % 2 == 0 and "be_even" or "be_odd" end
  return paths:lookup(txn.sf:path()) or fallback
end)

-- version: a cookie wins over the header. Nothing at all where neither is there,
-- and nil, which HAProxy makes a 0, for one that is no version.
core.register_fetches("version", function(txn)
  local text = txn.sf:req_cook("version")
  if text == "" then text = txn.sf:req_fhdr("x-version") end
  if text == "" then return end
  local major = text:match("^v?(%d+)")
  if not major then return nil end
  return math.tointeger(tonumber(major))
end)

-- What may be written into a log line: the query without its secrets.
core.register_fetches("shown", function(txn)
  local names = {}
  for name in pairs(query(txn.sf:query())) do
    if name ~= "token" then names[#names + 1] = name end
  end
  table.sort(names)
  return table.concat(names, ",")
end)
