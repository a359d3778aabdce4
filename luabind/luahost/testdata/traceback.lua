-- debug.traceback names functions by how they were called
local t = {}
local function f(n)
    if n > 0 then
        f(n - 1)
        return 0
    end
    print(debug.traceback("message"))
    print(debug.traceback("from level two", 2))
end
function t.field(n) f(n) return 1 end
function t:method(n) t.field(n) return 1 end
function global(n) t:method(n) return 1 end
global(1)
global(30)
local function fails() error("fault") end
print(select(2, xpcall(global, function(m) return #debug.traceback(m, 1) > 0 end, {})))
print((pcall(fails)))
local co = coroutine.create(function() local function waits() coroutine.yield() return 1 end waits() end)
coroutine.resume(co)
print((debug.traceback(co):gsub("'coroutine%.yield'", "'yield'"):gsub("function 'yield'", "field 'yield'")))
print(debug.traceback(co, nil, 1))
