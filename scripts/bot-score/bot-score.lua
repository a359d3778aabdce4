-- Bot score: how much a request looks like one of a program.
--
-- Sets txn.bot_score, 0 (like a browser) to 100 (surely a program), and
-- txn.bot_reason, the names of the rules that matched. Everything here can be
-- faked by who cares to: it sorts out the many who do not. Let the score decide
-- about a captcha or a tighter rate limit rather than about a ban.

-- Words in a user agent, in lower case, that tell what it is. The first that is
-- found counts. "crawler" is for bots that say so openly: whether to let them in
-- is for the site to say, and whether they are who they say only their address
-- can tell.
local AGENTS = {
  { "sqlmap", 100, "scanner" },
  { "nikto", 100, "scanner" },
  { "nuclei", 100, "scanner" },
  { "masscan", 100, "scanner" },
  { "zgrab", 100, "scanner" },
  { "headlesschrome", 70, "headless" },
  { "phantomjs", 70, "headless" },
  { "curl/", 60, "tool" },
  { "wget/", 60, "tool" },
  { "python-requests/", 60, "tool" },
  { "python-urllib/", 60, "tool" },
  { "go-http-client/", 60, "tool" },
  { "okhttp/", 60, "tool" },
  { "java/", 60, "tool" },
  { "libwww-perl/", 60, "tool" },
  { "scrapy/", 60, "tool" },
  -- Not "bot" alone: there is a brand of telephones called Cubot.
  { "bot/", 50, "crawler" },
  { "bot-", 50, "crawler" },
  { "+http", 50, "crawler" }, -- the address of a page about the crawler
  { "crawl", 50, "crawler" },
  { "spider", 50, "crawler" },
}

local function agent_score(ua)
  if ua == "" then
    return 70, "no-agent"
  end
  local lower = ua:lower()
  for _, agent in ipairs(AGENTS) do
    -- "true": the word is plain text, not a pattern.
    if lower:find(agent[1], 1, true) then
      return agent[2], agent[3]
    end
  end
  if #ua < 20 then
    return 30, "short-agent"
  end
  return 0
end

-- What browsers do and programs tend to leave out. Only for user agents that
-- claim to be a browser: a tool has been found out above.
local HEADERS = {
  { 20, "no-accept", function(msg) return not msg.accept end },
  { 25, "no-language", function(msg) return not msg.language end },
  { 25, "no-encoding", function(msg) return not msg.encoding end },
  -- HTTP/1.0 is spoken by old tools and by some proxies.
  { 30, "http-1.0", function(msg) return msg.version == "1.0" end },
  -- Every browser of the last years sends Sec-Fetch-*, over HTTPS.
  { 15, "no-sec-fetch", function(msg) return msg.tls and not msg.fetch end },
}

-- What nobody asks for who came by a link.
local PATHS = { "/.env", "/.git/", "/wp-login.php", "/xmlrpc.php", "/phpmyadmin", "/cgi-bin/" }

local function asks_for_holes(path)
  for _, start in ipairs(PATHS) do
    if path:sub(1, #start) == start then
      return true
    end
  end
  return false
end

spoa.on("bot-score", function(msg)
  local reasons = {}
  local score, reason = agent_score(msg.ua or "")
  reasons[1] = reason
  if reason == nil or reason == "short-agent" then
    for _, rule in ipairs(HEADERS) do
      if rule[3](msg) then
        score = score + rule[1]
        reasons[#reasons + 1] = rule[2]
      end
    end
  end
  if asks_for_holes((msg.path or ""):lower()) then
    score = score + 40
    reasons[#reasons + 1] = "probe"
  end
  set_var("txn.bot_score", math.min(score, 100))
  set_var("txn.bot_reason", #reasons > 0 and table.concat(reasons, ",") or nil)
end)
