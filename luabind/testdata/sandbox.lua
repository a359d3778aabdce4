What a script must not reach.

--- names that are not there
local absent = {}
for _, name in ipairs { "io.tmpfile", "loadstring",
  "debug.getlocal", "debug.getupvalue", "debug.sethook", "debug.setmetatable", "debug.getregistry", "module", "newproxy", "setfenv", "getfenv",
  "channel", "_printregs", "os.execute", "os.exit", "os.remove", "os.rename", "os.tmpname", "os.setenv", "package.loadlib",
  "package.searchpath", "package.searchers" } do
  local v = _G
  for part in name:gmatch("[^.]+") do v = v and v[part] end
  if v ~= nil then absent[#absent + 1] = name end
end
spoa.on("m", function() set_var("txn.there", table.concat(absent, " ")) end)
--> call m
--> set-var txn.there str:

--- load takes text only
spoa.on("m", function()
  set_var("txn.text", load("return 1 + 1")())
  set_var("txn.bin", load("\27Lua") == nil)
  set_var("txn.env", load("return x", "=e", "t", { x = 5 })())
end)
--> call m
--> set-var txn.text int64:2
--> set-var txn.bin bool:true
--> set-var txn.env int64:5

--- the metatable of strings is closed
spoa.on("m", function()
  local mt = getmetatable("")
  mt.__index = nil
end)
spoa.on("n", function() set_var("txn.x", ("x"):upper()) end)
--> call n
--> set-var txn.x str:X

--- os.getenv shows nothing of the environment
spoa.on("m", function() set_var("txn.home", os.getenv and os.getenv("HOME")) end)
--> call m
--> unset-var txn.home

--- io writes nothing
for _, mode in ipairs { "w", "a", "r+", "wb", "a+b" } do
  local f, err, number = io.open("nets.txt", mode)
  assert(f == nil and err == "nets.txt: Read-only file system" and number == 30, err)
end
assert(not pcall(io.output, "nets.txt"))
assert(io.input() and io.read() == nil)
local f, err, number = io.open("none.txt")
assert(f == nil and err == "none.txt: No such file or directory" and number == 2, err)
assert(not pcall(io.lines, "none.txt"))
