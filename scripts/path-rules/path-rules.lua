-- Path rules: who may ask for what, by method, path and source network.
--
-- Sets txn.access, "allow", "deny" or "auth" (ask for a password), and
-- txn.access_rule, the line that decided or what is wrong with the path. The
-- rules are in access-rules.txt beside this file; saving it is enough for a
-- change to take effect, and a file with a mistake in it is refused as a whole
-- while the old one goes on.

local cidr = require "lib.cidr"

local RULES = "access-rules.txt"
local ACTIONS = { allow = true, deny = true, auth = true }

-- parse_methods turns "GET,HEAD" into a set, and "*" into nil: any.
local function parse_methods(text)
  if text == "*" then
    return nil
  end
  local methods = {}
  for method in text:gmatch("[^,]+") do
    if not method:find("^%u[%u-]*$") then
      return nil, ("%q is no method: write names in capitals, with commas and no blanks, or *"):format(method)
    end
    methods[method] = true
  end
  return methods
end

-- parse_sources turns "192.0.2.0/24,2001:db8::/32" into a set, "any" into nil.
local function parse_sources(text)
  if text == "any" then
    return nil
  end
  local sources = cidr.new()
  for network in text:gmatch("[^,]+") do
    local ok, mistake = sources:add(network, true)
    if not ok then
      return nil, mistake
    end
  end
  return sources
end

-- parse reads a line "ACTION METHODS PREFIX SOURCES". It returns nil for a line
-- without a rule, and nil and the mistake for a bad one.
local function parse(line)
  local fields = {}
  for field in line:gsub("#.*", ""):gmatch("%S+") do
    fields[#fields + 1] = field
  end
  if #fields == 0 then
    return nil
  end
  if #fields ~= 4 then
    return nil, ("a rule has 4 fields, ACTION METHODS PREFIX SOURCES, and not %d"):format(#fields)
  end
  local action, prefix = fields[1], fields[3]
  if not ACTIONS[action] then
    return nil, ("%q is no action: write allow, deny or auth"):format(action)
  end
  if prefix:sub(1, 1) ~= "/" then
    return nil, ("%q is no prefix: it must begin with a slash"):format(prefix)
  end
  local methods, bad_method = parse_methods(fields[2])
  local sources, bad_source = parse_sources(fields[4])
  if bad_method or bad_source then
    return nil, bad_method or bad_source
  end
  -- "/admin/" and "/admin" are the same; "/" becomes "", the start of all.
  prefix = prefix:gsub("/+$", "")
  return { action = action, methods = methods, prefix = prefix, sources = sources }
end

-- load_rules reads the file. An error here ends the loading of the script, so
-- that a mistake never opens what was closed.
local function load_rules(file)
  local rules, number = {}, 0
  for line in (spoa.read(file) .. "\n"):gmatch("([^\n]*)\n") do
    number = number + 1
    local rule, mistake = parse(line)
    if mistake then
      local folder = spoa.info.script:match("^.*/") or ""
      error(("%s%s:%d: %s"):format(folder, file, number, mistake), 0)
    end
    if rule then
      rule.name = ("%s:%d"):format(file, number)
      rules[#rules + 1] = rule
    end
  end
  return rules
end

local rules = load_rules(RULES)

-- normalize returns the path as a server will understand it: without escapes,
-- double slashes, dot segments and parameters (";x=1"). Otherwise //admin,
-- /%61dmin or /img/../admin would slip past a rule for /admin. It returns nil
-- and the reason for a path that servers understand differently.
local function normalize(path)
  if path:sub(1, 1) ~= "/" then
    return nil, "path does not begin with a slash"
  end
  path = path:gsub(";[^/]*", "")
  if path:gsub("%%%x%x", ""):find("%", 1, true) then
    return nil, "path has a bad escape"
  end
  -- Is %2F a slash or a part of a name? Servers differ, so the answer cannot
  -- be right for all. An application that needs it gets a rule in haproxy.cfg.
  local lower = path:lower()
  if lower:find("%2f", 1, true) or lower:find("%5c", 1, true) or path:find("\\", 1, true) then
    return nil, "path has an escaped slash or a backslash"
  end
  path = path:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
  if path:find("%c") then
    return nil, "path has a control character"
  end
  local segments = {}
  for segment in path:gmatch("[^/]+") do
    if segment == ".." then
      table.remove(segments)
    elseif segment ~= "." then
      segments[#segments + 1] = segment
    end
  end
  return "/" .. table.concat(segments, "/")
end

-- below tells whether path is prefix or lies below it: /admin covers /admin/x
-- but not /administrator.
local function below(path, prefix)
  if path:sub(1, #prefix) ~= prefix then
    return false
  end
  local following = path:sub(#prefix + 1, #prefix + 1)
  return following == "" or following == "/"
end

local function matches(rule, method, path, ip)
  return below(path, rule.prefix)
    and (not rule.methods or rule.methods[method])
    and (not rule.sources or (ip and rule.sources:find(ip)))
end

-- on_error answers when the policy cannot: nobody gets in.
local function on_error(reason)
  return { ["txn.access"] = "deny", ["txn.access_rule"] = "policy failed: " .. reason }
end

spoa.on("path-rules", { on_error = on_error }, function(msg)
  local path, bad = normalize(msg.path or "")
  if not path then
    set_var("txn.access", "deny")
    set_var("txn.access_rule", bad)
    return
  end
  for _, rule in ipairs(rules) do
    if matches(rule, msg.method, path, msg.ip) then
      set_var("txn.access", rule.action)
      set_var("txn.access_rule", rule.name)
      return
    end
  end
  -- What no rule speaks of stays closed.
  set_var("txn.access", "deny")
  set_var("txn.access_rule", "no rule")
end)
