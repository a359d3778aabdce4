-- What of LuaSocket's module socket is made of other functions: errors that pass
-- through functions, and sources and sinks over a socket. The functions in Go
-- are in the table that comes in.

local socket = ...

socket._VERSION = "LuaSocket 3.1.0"
socket.BLOCKSIZE = 2048

-- An error of try, in a table of its own so that protect knows it again.
local tried = { __tostring = function(e) return tostring(e[1]) end }

function socket.newtry(finalizer)
  return function(ok, ...)
    if ok then return ok, ... end
    if finalizer then pcall(finalizer) end
    error(setmetatable({ (...) }, tried), 0)
  end
end

socket.try = socket.newtry()

local function finish(ok, first, ...)
  if ok then return first, ... end
  if getmetatable(first) == tried then return nil, first[1] end
  error(first, 0)
end

function socket.protect(fn)
  return function(...) return finish(pcall(fn, ...)) end
end

function socket.skip(n, ...)
  return select(n + 1, ...)
end

local sinks, sources = {}, {}

sinks["keep-open"] = function(sock)
  return function(piece)
    if piece then return sock:send(piece) end
    return 1
  end
end

sinks["close-when-done"] = function(sock)
  return function(piece)
    if piece then return sock:send(piece) end
    sock:close()
    return 1
  end
end

sources["by-length"] = function(sock, left)
  return function()
    if left <= 0 then return nil end
    local piece, err = sock:receive(math.min(left, socket.BLOCKSIZE))
    if not piece then return nil, err end
    left = left - #piece
    return piece
  end
end

sources["until-closed"] = function(sock)
  local ended
  return function()
    if ended then return nil end
    local piece, err, rest = sock:receive(socket.BLOCKSIZE)
    if piece then return piece end
    if err ~= "closed" then return nil, err end
    ended = true
    sock:close()
    if rest ~= "" then return rest end
  end
end

local function chosen(kinds, what, name)
  return kinds[name] or error("there is no " .. what .. " '" .. tostring(name) .. "'", 3)
end

function socket.sink(name, sock)
  return chosen(sinks, "sink", name)(sock)
end

function socket.source(name, sock, length)
  return chosen(sources, "source", name)(sock, length)
end

return socket
