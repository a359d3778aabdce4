-- strings that stay the same string
local s = string.rep("a", 100)
local function same(r) show(string.format("%p", s) == string.format("%p", r), s == r) end
same((string.gsub(s, "b", "c")))
same((string.gsub(s, ".", {x = "y"})))
same((string.gsub(s, ".", function() end)))
same((string.gsub(s, ".", function() return false end)))
same((string.gsub(s, ".", function(x) return x end)))
same((string.gsub(s, "a", "a")))
show(string.gsub(12, "3", "x"))
show(math.type((string.gsub(12, "3", "x"))), type((string.gsub(12, "3", "x"))))
show(string.gsub("abc", "%w", {a = "1", c = 2.5}))
show(string.gsub("abc", "b", function() return nil end))
local long <const> = "a literal of more than forty characters, of which there is one copy"
local function again() return "a literal of more than forty characters, of which there is one copy" end
show(string.format("%p", long) == string.format("%p", again()))
-- a first line with # is a comment in files only
show(load("#x = 1"))
show(load("#"))
show(load("#!shebang\nreturn 1", "=x"))
show(select(2, load("\xef\xbb\xbfreturn 1", "=x")))
show(load("return #'abc'")())
show(load(function() end)())
-- closing what cannot be closed any more
local function broken(value, fail)
  return function()
    local x <close> = setmetatable({}, {__close = print})
    getmetatable(x).__close = value
    if fail then error("first", 0) end
  end
end
try(broken(4))
try(broken(nil))
try(broken({}))
try(broken(4, true))
try(broken(nil, true))
try(broken(setmetatable({}, {__call = function() show("closed") end})))
-- where an assignment to a constant is reported
show(load("local x <close> = nil\nx = io.open()\n\n", "=x"))
show(load("local x, y <const> = 1, 2\nx,\ny =\n1,\n2\n", "=x"))
