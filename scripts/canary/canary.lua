-- Canary: decides which release of a service answers a client.
--
-- Sets txn.backend, "stable" or "canary", and txn.backend_reason: what decided.
-- The first of these that says something counts:
--
--   header   x-canary: always | never       for testers and for scripts
--   cookie   canary=always | never          for people who chose it
--   share    percent of all clients, by a hash of who they are

-- How many of a hundred clients get the canary; 0.5 is possible. Set it here and
-- save, or start the agent with --var canary_percent=25.
local percent = tonumber(spoa.vars.canary_percent or 10)
if not percent or percent < 0 or percent > 100 then
  error(("--var canary_percent=%s: write a number from 0 to 100"):format(spoa.vars.canary_percent), 0)
end

-- The name of what is being tried. Each name picks other clients, so that it is
-- not always the same ones who meet the bugs first.
local release = spoa.vars.canary_release or "canary"

local CHOICE = { always = "canary", never = "stable" }

-- hash spreads texts over 0 to 2147483646. The multiplier is that of a well
-- known random number generator (minstd); all steps stay below 2^53, so they are
-- exact in every Lua, without bit operators.
local function hash(text)
  local h = 1
  for i = 1, #text do
    h = (h * 48271 + text:byte(i)) % 2147483647
  end
  -- Once more without input: otherwise the last byte would hardly move h.
  return h * 48271 % 2147483647
end

-- in_share tells whether a client belongs to the share. The same client always
-- has the same number, so it stays where it is, and a higher percentage only
-- adds clients.
local function in_share(client)
  return hash(release .. ":" .. client) % 10000 < percent * 100
end

local function decide(msg)
  local choice = CHOICE[msg.header]
  if choice then
    return choice, "header"
  end
  choice = CHOICE[msg.cookie]
  if choice then
    return choice, "cookie"
  end
  -- A session follows people from network to network, an address does not.
  local client = msg.session or msg.ip
  -- A cookie may be as long as the client likes: its start is enough.
  if client and in_share(client:sub(1, 128)) then
    return "canary", "share"
  end
  return "stable", "share"
end

spoa.on("canary", function(msg)
  local backend, reason = decide(msg)
  set_var("txn.backend", backend)
  set_var("txn.backend_reason", reason)
end)
