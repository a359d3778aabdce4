-- IP reputation: looks the client up in a list of addresses and networks.
--
-- Sets txn.ip_score, 0 (unknown) to 100 (surely bad), and for listed clients
-- txn.ip_reason. The list is ip-list.txt beside this file; saving it is enough
-- for a change to take effect, and a list with a mistake in it is refused as a
-- whole while the old one goes on.

local cidr = require "lib.cidr"

local LIST = "ip-list.txt"

-- What a line means that names no score, or no reason.
local SCORE = 100
local REASON = "listed"

-- entry returns what the handler needs of a line. Lists have many lines with the
-- same score and reason: these share one table.
local entries = {}
local function entry(score, reason)
  local key = score .. " " .. reason
  entries[key] = entries[key] or { score = score, reason = reason }
  return entries[key]
end

-- add puts what a line says, "NETWORK [SCORE [REASON]]", into the set. It
-- returns true, or nil and the mistake in the line.
local function add(set, line)
  -- Both comment signs are common: "#", and ";" in lists made by others.
  if line:find("[#;]") then
    line = line:gsub("[#;].*", "")
  end
  local network, rest = line:match("^%s*(%S+)%s*(.-)%s*$")
  if not network then
    return true
  end
  local score, reason = SCORE, REASON
  if rest ~= "" then
    local first, others = rest:match("^(%S+)%s*(.*)$")
    score = first:find("^%d+$") and tonumber(first)
    if not score or score > 100 then
      return nil, ("%q is no score: write a whole number from 0 to 100"):format(first)
    end
    if others ~= "" then
      reason = others
    end
  end
  return set:add(network, entry(score, reason))
end

-- load_list reads the list. An error here ends the loading of the script, so
-- that nobody runs with half a list without knowing.
local function load_list(file)
  local set, number = cidr.new(), 0
  for line in (spoa.read(file) .. "\n"):gmatch("([^\n]*)\n") do
    number = number + 1
    local ok, mistake = add(set, line)
    if not ok then
      local folder = spoa.info.script:match("^.*/") or ""
      error(("%s%s:%d: %s"):format(folder, file, number, mistake), 0)
    end
  end
  return set
end

local list = load_list(LIST)

spoa.on("ip-reputation", function(msg)
  local found = msg.ip and list:find(msg.ip)
  if not found then
    -- 0 rather than nothing: "unknown client" can be told from "no answer".
    set_var("txn.ip_score", 0)
    unset_var("txn.ip_reason")
    return
  end
  set_var("txn.ip_score", found.score)
  set_var("txn.ip_reason", found.reason)
end)
