-- What PUC Lua 5.4 prints for this file is in modules.want.
local name = os.tmpname()
local function show(...)
	local t = table.pack(...)
	for i = 1, t.n do t[i] = tostring(t[i]):gsub(name, "NAME"):gsub("0x%x+", "ADDRESS") end
	print(table.concat(t, " | "))
end
local function save(text, path)
	local f <close> = assert(io.open(path or name, "w"))
	f:write(text)
end

-- chunks from files
save("#!/usr/bin/lua\nreturn ..., x")
x = "global"
show(loadfile(name))
show(loadfile(name)("argument"))
show(loadfile(name, "t", { x = "field" })())
show(dofile(name))
show(loadfile(name, "b"))
show(loadfile("/nonexistent/file"))
show(pcall(dofile, "/nonexistent/file"))
save("x = = 1")
show(loadfile(name))
show(pcall(dofile, name))
save("error('inside')")
show(pcall(dofile, name))
save("error({})")
show(select("#", pcall(dofile, name)))

-- require
for _, lib in ipairs { "string", "table", "math", "io", "os", "coroutine", "utf8", "debug", "_G", "package" } do
	show(lib, require(lib) == (_G[lib]), package.loaded[lib] == _G[lib])
end
package.path = "/nonexistent/?.lua;" .. name .. "?"
package.cpath = "/nonexistent/?.so"
show(pcall(require, "a.b"))
show(package.searchpath("a.b", package.path))
show(package.searchpath("a.b", "/x/?;/y/?.lua", ".", "_"))
show(package.searchpath("a-b", "/x/?", "-", "+"))
save("local a, b = ... loads = (loads or 0) + 1 return { a, b }", name .. "mod")
show(package.searchpath("mod", package.path))
local m, where = require("mod")
show(m[1], m[2], where, loads)
show(require("mod") == m, select("#", require("mod")), loads)
package.loaded.mod = nil
show(require("mod") == m, loads)
save("x = ", name .. "bad")
show(pcall(require, "bad"))
save("error('at top')", name .. "bad")
show(pcall(require, "bad"))
save("", name .. "empty")
show(require("empty"), package.loaded.empty)
save("package.loaded[...] = 'own'", name .. "own")
show(require("own"))
save("return false", name .. "no")
show(require("no"))
package.preload.pre = function(...) return table.concat({ ... }, ",") end
show(require("pre"))
show(package.config)
show(#package.searchers)
local path = package.path
package.path = nil
show(pcall(require, "nope"))
package.path = path
table.insert(package.searchers, 1, function(n) if n == "magic" then return function(...) return "made", ... end, "data" end return "no magic" end)
show(require("magic"))
show(pcall(require, "nope"))
package.searchers = nil
show(pcall(require, "nope"))
show(pcall(require))
for _, n in ipairs { "", "mod", "bad", "empty", "own", "no" } do os.remove(name .. n) end

-- debug
local up = 1
local other = 2
local function f(a, b, ...) return up, a end
local function g() return up + other end
show(debug.getinfo(f, "u").nparams, debug.getinfo(f, "u").isvararg, debug.getinfo(f, "u").nups)
show(debug.getinfo(f, "S").linedefined, debug.getinfo(f, "S").what, debug.getinfo(print, "S").what, debug.getinfo(1, "l").currentline)
show(debug.getinfo(1, "S").what, debug.getinfo(f, "f").func == f, debug.getinfo(1000))
show(pcall(debug.getinfo, f, "z"))
show(debug.getupvalue(f, 1))
show(debug.setupvalue(f, 1, 5), up)
show(debug.upvalueid(f, 1) == debug.upvalueid(g, 1), debug.upvalueid(g, 1) == debug.upvalueid(g, 2))
debug.upvaluejoin(f, 1, g, 2)
show(f("a"))
show(debug.getmetatable("").__index == string, getmetatable(debug.setmetatable({}, { __name = "T" })).__name)
show(debug.gethook())
show(type(debug.getregistry()))
