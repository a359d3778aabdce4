-- What the scripts share that compare tables of converters and their arguments.
local calls = {}

-- shown is a value with its type.
function calls.shown(v)
  if type(v) ~= "string" then return (math.type(v) or type(v)) .. ":" .. tostring(v) end
  return "'" .. v:gsub("[^%g ]", function(c) return ("<%02x>"):format(c:byte()) end) .. "'"
end

-- results calls each {NAME, ARGUMENTS...} of a table in txn.c and txn.sc, and returns
-- what came of them in the same order.
function calls.results(txn, list)
  local out = {}
  for i, call in ipairs(list) do
    for _, kind in ipairs{"c", "sc"} do
      local ok, v = pcall(txn[kind][call[1]], txn[kind], table.unpack(call, 2))
      out[#out + 1] = call[1] .. i .. "=" .. (ok and calls.shown(v) or "error")
    end
  end
  return out
end

-- set sets the variables that the arguments of the calls name.
function calls.set(txn)
  for name, value in pairs{x = "X", v = 7, b = "b", bb = "bb", alg = "HS256", yes = true} do txn:set_var("txn." .. name, value) end
end

return calls
