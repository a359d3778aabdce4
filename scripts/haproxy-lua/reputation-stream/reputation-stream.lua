-- What to do with an address, from decisions that an API hands out. A task fetches
-- them in the background: all at first, then what has changed. No request waits
-- for the API.
--
--   http-request lua.reputation FALLBACK
--
-- FALLBACK is for addresses without a decision while the API is away. Decisions
-- that came before stay in force.

local json = require "lib.smalljson"

local API = os.getenv("REPUTATION_API") or "http://127.0.0.1:8001/decisions"
local EVERY = tonumber(os.getenv("REPUTATION_EVERY_MS") or "10000")

local decisions = Map.new("decisions.map", Map._ip)
local feed = Map.new("feed.map", Map._str)

local REMEDIATIONS = { allow = true, captcha = true, ban = true }

-- fetch returns what the API says, or nil and what is wrong.
local function fetch(startup)
  local answer = core.httpclient():get{ url = API .. "?startup=" .. tostring(startup), timeout = 2000 }
  if answer.status ~= 200 then return nil, "status " .. answer.status end
  local ok, result = pcall(json.decode, answer.body)
  if not ok then return nil, result end
  if type(result) ~= "table" then return nil, "no object" end
  return result
end

local function is_address(value) return type(value) == "string" and core.parse_addr(value) ~= nil end

-- apply makes the changes of one answer. An entry that makes no sense is left out.
local function apply(changes)
  for _, entry in ipairs(changes.deleted or {}) do
    if is_address(entry.value) then core.del_map("decisions.map", entry.value) end
  end
  for _, entry in ipairs(changes.new or {}) do
    if is_address(entry.value) and REMEDIATIONS[entry.type] then
      core.set_map("decisions.map", entry.value, entry.type)
    else
      core.Warning("reputation: no address or no remediation: " .. tostring(entry.value) .. " " .. tostring(entry.type))
    end
  end
end

-- note keeps the state where requests see it, and logs when it changes.
local function note(state, why)
  if feed:lookup("state") == state then return end
  core.set_map("feed.map", "state", state)
  core.Info("reputation: the feed is " .. state .. (why and ": " .. why or ""))
end

core.register_task(function()
  local startup = true
  while true do
    local changes, why = fetch(startup)
    if changes then
      apply(changes)
      startup = false
      note("up")
    else
      -- Changes are lost meanwhile, so all is fetched anew.
      startup = true
      note("down", why)
    end
    core.msleep(EVERY)
  end
end)

core.register_action("reputation", { "http-req" }, function(txn, fallback)
  local state = feed:lookup("state")
  local found = decisions:lookup(txn.sf:src())
  txn:set_var("txn.reputation_feed", state)
  txn:set_var("txn.reputation_known", found ~= nil)
  txn:set_var("txn.remediation", found or (state == "up" and "allow" or fallback))
end, 1)
