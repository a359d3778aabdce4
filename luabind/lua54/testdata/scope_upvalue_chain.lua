local a = 1
local function f1()
  local b = 2
  local function f2()
    local c = 3
    return function()
      a, b, c = a + 1, b + a, c + b
      return a, b, c
    end
  end
  return f2(), function() return b end
end
local g, getb = f1()
print(g()) print(g()) print(getb(), a)
