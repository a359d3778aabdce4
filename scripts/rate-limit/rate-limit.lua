-- Rate limit: counts the requests of each client in a sliding window.
--
-- Sets txn.rate_count, the requests in the window including this one;
-- txn.rate_limited, true when that is more than the limit; and, only then,
-- txn.rate_retry_after, the seconds after which the next one would get through.
--
-- Requests that are refused do not count: a client that never stops still gets
-- its limit in each window, and no more.

-- number_of reads what --var NAME=VALUE says, a whole number above 0.
local function number_of(name, default)
  local text = spoa.vars[name]
  if text == nil then
    return default
  end
  local n = text:find("^%d+$") and tonumber(text)
  if not n or n < 1 then
    error(("--var %s=%s: write a whole number above 0"):format(name, text), 0)
  end
  return n
end

-- Counters by name. HAProxy says which one a request counts in (spoe.conf,
-- argument bucket); without a name, or with one that is not here, it is the
-- default one. Buckets are counted apart: logins do not use up the default.
local DEFAULT = {
  limit = number_of("rate_limit", 100),  -- requests ...
  window = number_of("rate_window", 60), -- ... in so many seconds
}
local BUCKETS = {
  login = { limit = 5, window = 60 },
}

-- A sliding window of two counters for each client: the requests of this window
-- so far, and of the one before it as far as that still overlaps the last
-- WINDOW seconds, taken as if they had come evenly. It needs no list of times,
-- and has no edge at which a client gets twice the limit.
local function estimate(current, previous, elapsed, window)
  return current + previous * (window - elapsed) / window
end

-- retry_after returns the seconds until one more request stays within the
-- limit if none comes before. current and previous are without this request.
local function retry_after(current, previous, elapsed, rule)
  local limit, window = rule.limit, rule.window
  local wait
  if current < limit then
    -- In this window: until enough of the previous one has slid out.
    wait = window * (1 - (limit - 1 - current) / previous) - elapsed
  else
    -- In the next one, where the current requests are the previous ones.
    wait = window - elapsed + window * (1 - (limit - 1) / current)
  end
  return math.max(1, math.ceil(wait))
end

spoa.on("rate-limit", function(msg)
  if msg.client == nil then
    return
  end
  -- Keys of the shared store are limited to 1024 bytes. An address is shorter,
  -- but whoever counts by a header must not let long ones through uncounted.
  local client = tostring(msg.client):sub(1, 200)
  local bucket = msg.bucket
  local rule = BUCKETS[bucket]
  if not rule then
    bucket, rule = "default", DEFAULT
  end
  local now = os.time()
  local elapsed = now % rule.window
  local start = now - elapsed

  -- The window's length is in the key: another one, after an edit, counts anew.
  local prefix = ("rate-limit:%s:%d:%s:"):format(bucket, rule.window, client)
  local key = prefix .. ("%d"):format(start)
  -- One atomic step for all VMs. The counter is needed for this window and, as
  -- the previous one, for the next.
  local current = spoa.shared.incr(key, 1, 2 * rule.window)
  local previous = spoa.shared.get(prefix .. ("%d"):format(start - rule.window)) or 0

  local count = estimate(current, previous, elapsed, rule.window)
  local limited = count > rule.limit
  set_var("txn.rate_count", math.ceil(count))
  set_var("txn.rate_limited", limited)
  if limited then
    spoa.shared.incr(key, -1, 2 * rule.window)
    set_var("txn.rate_retry_after", retry_after(current - 1, previous, elapsed, rule))
  else
    unset_var("txn.rate_retry_after")
  end
end)
