-- Tokens in Redis, which all proxies and agents share: a visitor gets one in a
-- cookie, and it counts for so many requests and so long.
--
--   http-request lua.token-issue USES SECONDS
--   http-request lua.token-check SERVER
--   http-request lua.token-drop
--
-- SERVER is main or spare: the addresses in REDIS and REDIS_SPARE. A spare that
-- does not answer at once is down.

local resp = require "lib.resp"

-- wait is in seconds, for one read or write.
local SERVERS = {
  main = { address = os.getenv("REDIS") or "127.0.0.1:6379", wait = tonumber(os.getenv("REDIS_WAIT") or "1") },
  spare = { address = os.getenv("REDIS_SPARE") or "127.0.0.1:6379", wait = 0.2 },
}
local COOKIE = "token"

local function key(id) return "token:" .. id end

local function token_of(txn) return (txn.sf:req_cook(COOKIE):match("^[%x%-]+$")) end

local function ask(server, commands)
  local answers, why = resp.ask(SERVERS[server].address, SERVERS[server].wait, commands)
  if not answers then return nil, why end
  for _, a in ipairs(answers) do
    if type(a) == "table" and a.err then return nil, a.err end
  end
  return answers
end

core.register_action("token-issue", { "http-req" }, function(txn, uses, seconds)
  local id = txn.sf:uuid()
  local answers, why = ask("main", {
    { "HSET", key(id), "address", txn.sf:src(), "uses", uses, "note", "two\r\nlines" },
    { "EXPIRE", key(id), seconds },
  })
  if not answers then
    txn:Warning("tokens: " .. why)
    txn:done(txn:reply{ status = 503 })
  end
  local reply = txn:reply{ status = 200 }
  reply:add_header("content-type", "text/plain")
  reply:add_header("set-cookie", COOKIE .. "=" .. id .. "; Path=/; HttpOnly")
  reply:set_body("fields " .. answers[1] .. ", expires " .. answers[2])
  txn:done(reply)
end, 2)

-- verdict counts a use and says what the token is worth.
local function verdict(txn, server)
  local id = token_of(txn)
  if not id then return "none" end
  local answers, why = ask(server, { { "HGETALL", key(id) }, { "TTL", key(id) } })
  if not answers then return "down", why end
  local fields = {}
  for i = 1, #answers[1], 2 do fields[answers[1][i]] = answers[1][i + 1] end
  if not fields.address then return "unknown" end
  if fields.address ~= txn.sf:src() then return "other" end
  if fields.note ~= "two\r\nlines" or answers[2] <= 0 then return "broken" end
  answers, why = ask(server, { { "HINCRBY", key(id), "uses", -1 } })
  if not answers then return "down", why end
  return answers[1] >= 0 and "valid" or "spent"
end

core.register_action("token-check", { "http-req" }, function(txn, server)
  local result, why = verdict(txn, server)
  if why then txn:Warning("tokens: " .. why) end
  txn:set_var("txn.token", result)
end, 1)

core.register_action("token-drop", { "http-req" }, function(txn)
  local answers, why = ask("main", { { "DEL", key(token_of(txn) or "none") }, { "GET", "nothing" }, { "PING" } })
  if not answers then
    txn:Warning("tokens: " .. why)
    txn:done(txn:reply{ status = 503 })
  end
  local reply = txn:reply{ status = 200 }
  reply:set_body("dropped " .. answers[1] .. " " .. tostring(answers[2]) .. " " .. answers[3])
  txn:done(reply)
end)
