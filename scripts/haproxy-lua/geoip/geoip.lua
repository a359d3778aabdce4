-- Where addresses are, by a database in MaxMind's format: a converter for each
-- field of it, and an action that tags requests and refuses some countries.
local mmdb = require "mmdb"

local db = mmdb.open(os.getenv("GEOIP_DATABASE") or "geo.mmdb")
local countries = Map.new("countries.map", Map._str)
local networks = Map.new("networks.map", Map._int)

-- sample is a value as HAProxy can have it: a fraction is a text, and what holds
-- several values is none.
local function sample(value)
  if type(value) == "table" then return nil end
  if type(value) ~= "number" then return value end
  return math.tointeger(value) or ("%.4f"):format(value)
end

-- geo(country,iso_code) is one field of what is known of an address, and
-- geo(subdivisions,1,iso_code) one of the first of several. What is not known is no
-- value.
core.register_converters("geo", function(address, ...)
  local keys = { ... }
  if #keys == 0 then return end
  for i, key in ipairs(keys) do keys[i] = tonumber(key) or key end
  local value = sample(db:get(address, table.unpack(keys)))
  if value == nil then return end
  return value
end)

core.register_action("geoip", { "http-req" }, function(txn)
  local address = txn.sf:src()
  local country = db:get(address, "country", "iso_code") or "unknown"
  local asn = db:get(address, "autonomous_system_number")
  txn:set_var("txn.country", country)
  txn:set_var("txn.network", asn and networks:lookup(asn) or "other")
  if asn then txn.http:req_set_header("x-asn", asn) else txn.http:req_del_header("x-asn") end
  if countries:lookup(country) == "deny" then
    txn:Info("refused " .. address .. " of " .. country)
    local reply = txn:reply{ status = 451 }
    reply:add_header("content-type", "text/plain")
    reply:add_header("x-country", country)
    reply:set_body("not available in " .. country)
    txn:done(reply)
  end
end)
