-- Checks the bearer token of a request, and puts its claims into variables.
--
--   http-request lua.jwt-check
--
-- It needs the modules json, base64, openssl.hmac, openssl.pkey and openssl.digest,
-- which the agent has built in; in HAProxy's own Lua they are C modules to install.

local json = require "json"
local base64 = require "base64"
local hmac = require "openssl.hmac"
local pkey = require "openssl.pkey"
local digest = require "openssl.digest"

local ISSUER = os.getenv("JWT_ISSUER")
local AUDIENCE = os.getenv("JWT_AUDIENCE")
local SECRET = os.getenv("JWT_SECRET")
local PUBLIC_KEY = os.getenv("JWT_PUBLIC_KEY")

local key

core.register_init(function()
  if not PUBLIC_KEY then return end
  local file = assert(io.open(PUBLIC_KEY))
  key = pkey.new(file:read("*a"))
  file:close()
end)

-- same compares without telling by its time where two texts differ.
local function same(a, b)
  if #a ~= #b then return false end
  local difference = 0
  for i = 1, #a do difference = difference | a:byte(i) ~ b:byte(i) end
  return difference == 0
end

local function by_secret(hash)
  return function(signed, signature)
    return SECRET ~= nil and same(hmac.new(SECRET, hash):final(signed), signature)
  end
end

local function by_key(hash)
  return function(signed, signature)
    return key ~= nil and key:verify(signature, digest.new(hash):update(signed))
  end
end

-- Each algorithm has a kind of key of its own, so a public key is never taken for
-- a secret.
local ALGORITHMS = {
  HS256 = by_secret("sha256"), HS512 = by_secret("sha512"),
  RS256 = by_key("sha256"), RS512 = by_key("sha512"),
}

-- part decodes one of the two parts of a token that are JSON objects, or returns nil.
local function part(text)
  local raw = base64.url_decode(text)
  local ok, object = pcall(json.decode, raw or "")
  if ok and type(object) == "table" then return object end
end

local function bearer(txn)
  local line = txn.sf:req_fhdr("authorization")
  return line:match("^[Bb][Ee][Aa][Rr][Ee][Rr] +(%S+) *$")
end

local function lists(value, wanted)
  if type(value) ~= "table" then return value == wanted end
  for _, one in ipairs(value) do
    if one == wanted then return true end
  end
  return false
end

-- check returns the claims of a token, or nil and why it is refused.
local function check(token, now)
  local why, header, claims
  local first, second, third = token:match("^([%w_-]+)%.([%w_-]+)%.([%w_-]*)$")
  if not first then why = "malformed" goto refused end
  header, claims = part(first), part(second)
  if not header or not claims then why = "malformed" goto refused end
  if not ALGORITHMS[header.alg] then why = "algorithm" goto refused end
  if not ALGORITHMS[header.alg](first .. "." .. second, base64.url_decode(third) or "") then
    why = "signature" goto refused
  end
  if math.type(claims.exp) == nil or claims.exp <= now then why = "expired" goto refused end
  if claims.nbf ~= nil and (math.type(claims.nbf) == nil or claims.nbf > now) then why = "early" goto refused end
  if ISSUER and claims.iss ~= ISSUER then why = "issuer" goto refused end
  if AUDIENCE and not lists(claims.aud, AUDIENCE) then why = "audience" goto refused end
  do return claims end
  ::refused::
  return nil, why
end

local function text_of(value)
  if type(value) ~= "table" then return value end
  local items = {}
  for _, item in ipairs(value) do
    if type(item) == "table" then return nil end
    items[#items + 1] = tostring(item)
  end
  return table.concat(items, ",")
end

-- publish makes each claim a variable. HAProxy has no variable for names such as
-- https://example.org/role: set_var says so.
local function publish(txn, claims)
  local refused = 0
  for name, value in pairs(claims) do
    local text = text_of(value)
    if text ~= nil and not txn:set_var("txn.jwt." .. name, text) then refused = refused + 1 end
  end
  txn:set_var("txn.jwt_claims_refused", refused)
end

core.register_action("jwt-check", { "http-req" }, function(txn)
  txn:set_var("txn.jwt_valid", false)
  local token = bearer(txn)
  if not token then
    txn:set_var("txn.jwt_problem", "missing")
    return
  end
  local claims, why = check(token, core.now().sec)
  if not claims then
    txn:set_var("txn.jwt_problem", why)
    return
  end
  publish(txn, claims)
  txn:set_var("txn.jwt_valid", true)
end)
