-- A reader of JSON without C modules, so that the policy runs in HAProxy's own
-- Lua as well. decode(text) returns the value, or raises an error; null is nil.
local json = {}

local ESCAPES = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }
local WORDS = { ["true"] = true, ["false"] = false }
local MAX_DEPTH = 32

local value

local function skip(text, pos) return text:match("^[ \t\r\n]*()", pos) end

local function fail(what, pos) error(what .. " expected at byte " .. pos, 0) end

local function unescape(c, hex)
  if c == "u" then return utf8.char(tonumber(hex, 16)) end
  return (ESCAPES[c] or c) .. hex
end

-- string_at reads the string whose opening quote is at pos.
local function string_at(text, pos)
  local from = pos + 1
  local at = from
  while true do
    local stop = text:find('["\\]', at) or fail("end of a string", pos)
    if text:byte(stop) == 34 then
      local raw = text:sub(from, stop - 1):gsub("\\u(%x%x%x%x)", function(hex) return unescape("u", hex) end)
      return (raw:gsub("\\(.)", function(c) return unescape(c, "") end)), stop + 1
    end
    at = stop + 2
  end
end

-- list_at reads what stands between brackets or braces; item reads one of them.
local function list_at(text, pos, close, item)
  local result = {}
  pos = skip(text, pos + 1)
  if text:sub(pos, pos) == close then return result, pos + 1 end
  while true do
    pos = skip(text, item(result, pos))
    local c = text:sub(pos, pos)
    pos = skip(text, pos + 1)
    if c == close then return result, pos end
    if c ~= "," then fail("'" .. close .. "'", pos) end
  end
end

local function object_at(text, pos, depth)
  return list_at(text, pos, "}", function(result, at)
    if text:sub(at, at) ~= '"' then fail("a name", at) end
    local name
    name, at = string_at(text, at)
    at = skip(text, at)
    if text:sub(at, at) ~= ":" then fail("':'", at) end
    result[name], at = value(text, skip(text, at + 1), depth + 1)
    return at
  end)
end

local function array_at(text, pos, depth)
  return list_at(text, pos, "]", function(result, at)
    result[#result + 1], at = value(text, at, depth + 1)
    return at
  end)
end

function value(text, pos, depth)
  if depth > MAX_DEPTH then error("too deep at byte " .. pos, 0) end
  local c = text:sub(pos, pos)
  if c == "{" then return object_at(text, pos, depth) end
  if c == "[" then return array_at(text, pos, depth) end
  if c == '"' then return string_at(text, pos) end
  local word, behind = text:match("^(%a+)()", pos)
  if word == "null" then return nil, behind end
  if WORDS[word] ~= nil then return WORDS[word], behind end
  local number, stop = text:match("^(-?%d+%.?%d*[eE]?[+-]?%d*)()", pos)
  if not number then fail("a value", pos) end
  return tonumber(number), stop
end

function json.decode(text)
  local result, pos = value(text, skip(text, 1), 1)
  if skip(text, pos) <= #text then fail("the end", pos) end
  return result
end

return json
