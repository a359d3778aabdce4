-- Sets of addresses and networks, IPv4 and IPv6, in plain Lua.
--
--   local cidr = require "lib.cidr"
--   local set = cidr.new()
--   assert(set:add("192.0.2.0/24", "office"))
--   set:find("192.0.2.7")                        --> "office"
--
-- An address becomes a text of hexadecimal digits, 8 for IPv4 and 32 for IPv6,
-- and a network the first few of them. So finding an address costs one look
-- into a table for each prefix length that the set has, however many entries
-- there are: a set of 50,000 single addresses and /24 networks costs two.

local cidr = {}

-- masked[n][digit] is a digit with all but its n first bits cleared, for
-- networks whose prefix length is no multiple of four.
local masked = { {}, {}, {} }
for bits, step in ipairs { 8, 4, 2 } do
  for digit = 0, 15 do
    masked[bits][string.format("%x", digit)] = string.format("%x", digit - digit % step)
  end
end

-- bytes["10"] is "0a". What is not in it is no part of an address: neither 256
-- nor 010, which some programs take for 8.
local bytes = {}
for byte = 0, 255 do
  bytes[tostring(byte)] = string.format("%02x", byte)
end

local function hex4(text)
  local a, b, c, d = text:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  if not a then
    return nil
  end
  a, b, c, d = bytes[a], bytes[b], bytes[c], bytes[d]
  if not (a and b and c and d) then
    return nil
  end
  return a .. b .. c .. d
end

-- groups turns "2001:db8" into "20010db8".
local function groups(text)
  if text == "" then
    return ""
  end
  local digits = {}
  for group in (text .. ":"):gmatch("([^:]*):") do
    if not group:find("^%x%x?%x?%x?$") then
      return nil
    end
    digits[#digits + 1] = ("000" .. group:lower()):sub(-4)
  end
  return table.concat(digits)
end

local function hex6(text)
  -- The last 32 bits may be written like an IPv4 address.
  local head, tail = text:match("^(.*:)(%d+%.%d+%.%d+%.%d+)$")
  if head then
    local digits = hex4(tail)
    if not digits then
      return nil
    end
    text = head .. digits:sub(1, 4) .. ":" .. digits:sub(5)
  end
  local left, right = text:match("^(.-)::(.*)$")
  if not left then
    local digits = groups(text)
    return digits and #digits == 32 and digits or nil
  end
  left, right = groups(left), groups(right)
  if not left or not right or #left + #right > 28 then
    return nil
  end
  return left .. ("0"):rep(32 - #left - #right) .. right
end

local mapped = ("0"):rep(20) .. "ffff"

-- hex returns the digits of an address, or nil when the text is none. An IPv4
-- address inside IPv6 (::ffff:192.0.2.1, as sockets for both families have it)
-- counts as IPv4, so that one line in a list covers both; the second result is
-- true then.
local function hex(address)
  if not address:find(":", 1, true) then
    return hex4(address)
  end
  local digits = hex6(address)
  if digits and digits:sub(1, 24) == mapped then
    return digits:sub(25), true
  end
  return digits
end

-- prefix returns what stands for the network of that many bits around digits.
local function prefix(digits, bits)
  if bits == #digits * 4 then
    return digits
  end
  local rest = bits % 4
  if rest == 0 then
    return digits:sub(1, bits / 4)
  end
  local whole = (bits - rest) / 4
  return digits:sub(1, whole) .. masked[rest][digits:sub(whole + 1, whole + 1)]
end

-- parse returns the digits and the prefix length of an address or a network,
-- or nil and what is wrong with the text.
local function parse(text)
  local address, bits = text, nil
  if text:find("/", 1, true) then
    address, bits = text:match("^([^/]+)/(%d+)$")
  end
  local digits, was6 = hex(address or "")
  if not digits then
    return nil, ("%q is no IPv4 or IPv6 address, nor a network like 192.0.2.0/24"):format(text)
  end
  local most = #digits * 4
  bits = bits and tonumber(bits) or (was6 and most + 96 or most)
  if was6 then
    bits = bits - 96
  end
  if bits < 0 or bits > most then
    return nil, ("%q: the prefix length must be %s"):format(text, was6 and "96 to 128" or "0 to " .. most)
  end
  local zeros = prefix(digits, bits)
  if zeros .. ("0"):rep(#digits - #zeros) ~= digits then
    return nil, ("%q has bits set behind its first %d: is the address or the length wrong?"):format(text, bits)
  end
  return digits, bits
end

local Set = {}
Set.__index = Set

-- new returns an empty set.
function cidr.new()
  -- By the number of digits: the prefix lengths that occur, longest first, and
  -- for each of them the networks.
  return setmetatable({ [8] = { lengths = {} }, [32] = { lengths = {} } }, Set)
end

-- add puts an address or a network into the set, with a value for those who
-- find it. It returns true, or nil and what is wrong with the text. Of two equal
-- networks the later one counts.
function Set:add(text, value)
  local digits, bits = parse(text)
  if not digits then
    return nil, bits
  end
  local family = self[#digits]
  if not family[bits] then
    family[bits] = {}
    table.insert(family.lengths, bits)
    table.sort(family.lengths, function(a, b) return a > b end)
  end
  family[bits][prefix(digits, bits)] = value
  return true
end

-- find returns the value of the longest network that holds the address, which
-- may be the address itself, or nil.
function Set:find(address)
  local digits = hex(address)
  if not digits then
    return nil
  end
  local family = self[#digits]
  local lengths = family.lengths
  for i = 1, #lengths do
    local bits = lengths[i]
    local value = family[bits][prefix(digits, bits)]
    if value ~= nil then
      return value
    end
  end
  return nil
end

return cidr
