-- The part of the agent's module mmdb that geoip.lua needs, for HAProxy's own Lua:
-- it reads all of the file into memory, and looks addresses up bit by bit. The
-- agent does not load it.
local mmdb = {}
local db = {}
db.__index = db

local marker = "\xab\xcd\xefMaxMind.com"

-- whole is an unsigned number of n bytes.
local function whole(bytes, at, n)
  if n == 0 then return 0 end
  return (string.unpack(">I" .. n, bytes, at))
end

local decode

-- pointer is what another place of the section holds.
local function pointer(bytes, section, at, control)
  local n = (control >> 3 & 3) + 1
  local high = n < 4 and (control & 7) << 8 * n or 0
  local offset = high + whole(bytes, at, n) + ({ 0, 2048, 526336, 0 })[n]
  return (decode(bytes, section, section + offset)), at + n
end

local function map(bytes, section, at, size)
  local t = {}
  for _ = 1, size do
    local key
    key, at = decode(bytes, section, at)
    t[key], at = decode(bytes, section, at)
  end
  return t, at
end

local function list(bytes, section, at, size)
  local t = {}
  for i = 1, size do t[i], at = decode(bytes, section, at) end
  return t, at
end

-- plain are the kinds whose size says how many bytes they take.
local plain = {
  [2] = string.sub, -- a text
  [3] = function(bytes, at) return (string.unpack(">d", bytes, at)) end,
  [4] = string.sub, -- bytes
  [5] = function(bytes, at, last) return whole(bytes, at, last - at + 1) end,
  [8] = function(bytes, at, last) return last < at and 0 or (string.unpack(">i" .. last - at + 1, bytes, at)) end,
  [15] = function(bytes, at) return (string.unpack(">f", bytes, at)) end,
}
plain[6], plain[9] = plain[5], plain[5]

-- decode returns the value at a place, and the place behind it.
function decode(bytes, section, at)
  local control = bytes:byte(at)
  at = at + 1
  local kind = control >> 5
  if kind == 1 then return pointer(bytes, section, at, control) end
  if kind == 0 then kind, at = 7 + bytes:byte(at), at + 1 end
  local size = control & 31
  if size > 28 then
    local n = size - 28
    size, at = whole(bytes, at, n) + ({ 29, 285, 65821 })[n], at + n
  end
  if kind == 7 then return map(bytes, section, at, size) end
  if kind == 11 then return list(bytes, section, at, size) end
  if kind == 14 then return size == 1, at end
  return plain[kind](bytes, at, at + size - 1), at + size
end

function mmdb.open(path)
  local file = assert(io.open(path, "rb"))
  local bytes = file:read("a")
  file:close()
  local at = 0
  repeat
    local found = bytes:find(marker, at + 1, true)
    at = found or at
  until not found
  assert(at > 0, path .. " is no MaxMind database")
  local info = decode(bytes, at + #marker, at + #marker)
  local size = info.record_size * 2 // 8
  return setmetatable({ bytes = bytes, info = info, size = size, data = info.node_count * size + 17 }, db)
end

-- record is what the tree has at a node for a bit.
function db:record(node, bit)
  local bytes, at = self.bytes, node * self.size + 1
  if self.info.record_size ~= 28 then return whole(bytes, at + bit * self.size // 2, self.size // 2) end
  local middle = bytes:byte(at + 3)
  if bit == 0 then return (middle >> 4) << 24 | whole(bytes, at, 3) end
  return (middle & 15) << 24 | whole(bytes, at + 4, 3)
end

-- numbers are the bytes of an address of IPv4.
local function numbers(address)
  local list = { address:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$") }
  for i, part in ipairs(list) do list[i] = tonumber(part) end
  return #list == 4 and list or nil
end

-- groups appends the bytes of groups such as "2001:db8".
local function groups(text, out)
  for part in text:gmatch("[^:]+") do
    local last = numbers(part)
    local value = not last and tonumber(part, 16)
    for _, byte in ipairs(last or { value >> 8, value & 255 }) do out[#out + 1] = byte end
  end
  return out
end

-- octets are the 16 bytes of an address. One of IPv4 lies in the first 96 bits.
local function octets(address)
  local four = numbers(address:match("^::ffff:(%d+%.%d+%.%d+%.%d+)$") or address)
  local out = {}
  if four then
    for i = 1, 16 do out[i] = i > 12 and four[i - 12] or 0 end
    return out
  end
  local head, tail = address:match("^(.-)::(.*)$")
  groups(head or address, out)
  local behind = groups(tail or "", {})
  for _ = #out + #behind + 1, 16 do out[#out + 1] = 0 end
  for _, byte in ipairs(behind) do out[#out + 1] = byte end
  return out
end

-- db:get(address, key, ...) is one value of what is known of an address.
function db:get(address, ...)
  if not address:find("^[%x.:]+$") then return nil end
  local node, bytes = 0, octets(address)
  for i = self.info.ip_version == 4 and 96 or 0, 127 do
    if node >= self.info.node_count then break end
    node = self:record(node, bytes[i // 8 + 1] >> 7 - i % 8 & 1)
  end
  if node <= self.info.node_count then return nil end
  local value = decode(self.bytes, self.data, self.data + node - self.info.node_count - 16)
  for _, key in ipairs{ ... } do
    if type(value) ~= "table" then return nil end
    value = value[key]
  end
  return value
end

return mmdb
