-- LuaSocket's module ltn12: sources give pieces of data, sinks take them,
-- filters change them on the way and pumps move them. The end is nil, an error
-- is nil and a text.

local _M = { BLOCKSIZE = 2048, _VERSION = "LTN12 1.0.3", source = {}, sink = {}, filter = {}, pump = {} }

local function checked(f)
  if type(f) ~= "function" then
    error("bad argument #1 (function expected, got " .. type(f) .. ")", 3)
  end
  return f
end

local function ended() return nil end

function _M.source.empty() return ended end

function _M.source.error(err)
  return function() return nil, err end
end

function _M.source.string(s)
  if not s then return _M.source.empty() end
  local at = 1
  return function()
    local piece = string.sub(s, at, at + _M.BLOCKSIZE - 1)
    at = at + #piece
    if piece ~= "" then return piece end
  end
end

function _M.source.table(t)
  local i = 0
  return function()
    i = i + 1
    return t[i]
  end
end

-- A source of which pieces can be given back.
function _M.source.rewind(source)
  checked(source)
  local returned = {}
  return function(piece)
    if piece then
      returned[#returned + 1] = piece
      return nil
    end
    if #returned == 0 then return source() end
    return table.remove(returned)
  end
end

-- A source that may name the one to go on with behind each piece.
function _M.source.simplify(source)
  checked(source)
  return function()
    local piece, next_or_error = source()
    if piece == nil then return nil, next_or_error end
    source = next_or_error or source
    return piece
  end
end

function _M.source.cat(...)
  local sources, i = { ... }, 1
  return function()
    while sources[i] do
      local piece, err = sources[i]()
      if piece or err then return piece, err end
      i = i + 1
    end
  end
end

local function chain_source(source, filter)
  checked(source)
  local over = false
  return function()
    while not over do
      local piece, err = source()
      if err then return nil, err end
      over = piece == nil
      local out = filter(piece)
      if out and out ~= "" then return out end
    end
  end
end

function _M.source.chain(source, ...)
  for _, filter in ipairs { ... } do source = chain_source(source, checked(filter)) end
  return source
end

function _M.sink.null()
  return function() return 1 end
end

function _M.sink.error(err)
  return function() return nil, err end
end

-- The sink, and the table that it fills.
function _M.sink.table(t)
  t = t or {}
  return function(piece)
    if piece then t[#t + 1] = piece end
    return 1
  end, t
end

-- A sink that may name the one to go on with behind each piece.
function _M.sink.simplify(sink)
  checked(sink)
  return function(piece, err)
    local ok, next_or_error = sink(piece, err)
    if not ok then return nil, next_or_error end
    sink = next_or_error or sink
    return 1
  end
end

local function chain_sink(filter, sink)
  checked(sink)
  return function(piece, err)
    if piece == "" then return 1 end
    local out = filter(piece)
    if out and out ~= "" then
      local ok, problem = sink(out)
      if not ok then return nil, problem end
    end
    if piece == nil then return sink(nil, err) end
    return 1
  end
end

function _M.sink.chain(...)
  local list = { ... }
  local sink = list[#list]
  for i = #list - 1, 1, -1 do sink = chain_sink(checked(list[i]), sink) end
  return sink
end

-- Makes a filter of a function f(state, piece, extra) that returns what to put
-- out and the next state.
function _M.filter.cycle(f, state, extra)
  checked(f)
  return function(piece)
    local out
    out, state = f(state, piece, extra)
    return out
  end
end

function _M.filter.chain(...)
  local filters = { ... }
  return function(piece)
    if piece == nil then
      -- each filter gets what the ones before have kept, then the end
      local tail = ""
      for _, filter in ipairs(filters) do
        local out = tail ~= "" and filter(tail) or ""
        tail = (out or "") .. (filter(nil) or "")
      end
      return tail ~= "" and tail or nil
    end
    for _, filter in ipairs(filters) do
      piece = filter(piece) or ""
    end
    return piece
  end
end

function _M.pump.step(source, sink)
  local piece, source_error = source()
  local ok, sink_error = sink(piece, source_error)
  if piece and ok then return 1 end
  return nil, source_error or sink_error
end

function _M.pump.all(source, sink, step)
  checked(source)
  step = step or _M.pump.step
  while true do
    local ok, err = step(source, sink)
    if not ok then
      if err then return nil, err end
      return 1
    end
  end
end

return _M
