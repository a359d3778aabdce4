-- A client of Redis over core.tcp: commands go out as arrays of strings, several at
-- once if wanted, and answers come back as strings, numbers, tables or false for
-- nil. An error of Redis is a table with the field err.

local resp = {}

local function encode(command)
  local parts = { "*" .. #command .. "\r\n" }
  for i = 1, #command do
    local word = tostring(command[i])
    parts[#parts + 1] = "$" .. #word .. "\r\n" .. word .. "\r\n"
  end
  return table.concat(parts)
end

-- check turns what a socket returns into an error that calls below catch.
local function check(data, why)
  if not data then error({ socket = why or "closed" }, 0) end
  return data
end

local read

local readers = {
  ["+"] = function(_, rest) return rest end,
  ["-"] = function(_, rest) return { err = rest } end,
  [":"] = function(_, rest) return math.tointeger(tonumber(rest)) or 0 end,
  ["$"] = function(socket, rest)
    local length = tonumber(rest)
    if length < 0 then return false end
    local text = length > 0 and check(socket:receive(length)) or ""
    check(socket:receive(2))
    return text
  end,
  ["*"] = function(socket, rest)
    local length = tonumber(rest)
    if length < 0 then return false end
    local list = {}
    for i = 1, length do list[i] = read(socket) end
    return list
  end,
}

function read(socket)
  local line = check(socket:receive("*l"))
  local reader = readers[line:sub(1, 1)]
  if not reader then error({ socket = "no Redis: " .. line:sub(1, 40) }, 0) end
  return reader(socket, line:sub(2))
end

-- ask sends commands to the server at ADDRESS:PORT and returns a list of as many
-- answers, or nil and what went wrong with the connection.
function resp.ask(server, seconds, commands)
  local host, port = server:match("^(.*):(%d+)$")
  local socket = core.tcp()
  socket:settimeout(seconds)
  local ok, result = pcall(function()
    check(socket:connect(host, tonumber(port)))
    local out = {}
    for i, command in ipairs(commands) do out[i] = encode(command) end
    check(socket:send(table.concat(out)))
    local answers = {}
    for i = 1, #commands do answers[i] = read(socket) end
    return answers
  end)
  socket:close()
  if ok then return result end
  return nil, type(result) == "table" and result.socket or tostring(result)
end

return resp
