-- what metamethods get, and when they are asked
local function show(event)
    return function(...)
        local t = {}
        for i = 1, select("#", ...) do
            local v = select(i, ...)
            t[i] = type(v) == "table" and v.name or type(v)
        end
        print(event, select("#", ...), table.concat(t, " "))
        return event
    end
end
local mt = {}
for _, event in ipairs { "unm", "len", "bnot", "add", "idiv", "eq", "lt", "le" } do mt["__" .. event] = show(event) end
local a, b = setmetatable({ name = "a" }, mt), setmetatable({ name = "b" }, mt)
print(-a, #a, ~a, a + b, a // 2)
print(a == b, a < b, a <= b, a > b, a >= b)

-- a string before what has the metamethod
local s = "x"
print(s <= a, "x" <= a, a <= s, s < a, a < s, s >= a, s > a, a >= "x", 1 <= a, a >= 1, true <= a)
local function le(x, y) return x <= y end
print(le("x", a), le(a, "x"), le("a", "b"), le(2, a))
if s <= a then print "then" else print "else" end
if not (s <= a) then print "then" else print "else" end
while s <= a do print "once" break end
print(pcall(le, "x", {}))
print(pcall(le, "x", 1))
print(pcall(le, "x", nil))
print(pcall(le, {}, "x"))

-- one handler is enough for equality, the left one goes first
local one = setmetatable({}, { __eq = function() return true end })
local two = setmetatable({}, { __eq = function() return false end })
local plain = {}
print(one == plain, plain == one, one ~= plain, one == two, two == one, two == plain, plain == two)
print(rawequal(one, plain), one == one, one == 1, one == nil, 1 == one, "x" == one, one ~= nil)
print(one == setmetatable({}, {}), setmetatable({}, {}) == one)
if plain == one then print "equal" end
if plain ~= two then print "not equal" end
local count = setmetatable({}, { __eq = function() return 1 end })
print(count == plain, count ~= plain)
print(pcall(function() return setmetatable({}, { __eq = 1 }) == {} end))

-- lengths and negations without a handler, or with odd ones
print(#plain, #one, #setmetatable({ 1, 2 }, { __index = {} }), #"abc")
print(pcall(function() return -plain end))
print(pcall(function() return #nil end))
print(pcall(function() return #setmetatable({}, { __len = 1 }) end))
local callable = setmetatable({}, { __call = function(_, x, y) return x == y and "called" end })
print(#setmetatable({}, { __len = callable }), -setmetatable({}, { __unm = callable }))
print(pcall(function() return -setmetatable({}, { __unm = function() error("no", 0) end }) end))

-- integers beyond 2^53 and floats
local big = 1 << 62
print(big == 2 ^ 62, 2 ^ 62 == big, big ~= 2 ^ 62, big == 2 ^ 62 + 1024, math.mininteger == -2 ^ 63)
print(math.maxinteger == 2 ^ 63, math.maxinteger + 0.0 == 2 ^ 63, big == "x", big == big + 1, big == 1 << 62)
