The libraries io, package and debug as policies have them.

--- io reads files
local text = io.open("mod/nets.txt", "rb")
assert(io.type(text) == "file" and text:read("l") == "# for ip.lua" and text:seek("set", 2) == 2)
assert(text:read(3) == "for" and text:close() and io.type(text) == "closed file")
local n = 0
for line in io.lines("mod/nets.txt") do n = n + #line end
local before = io.input()
io.input("mod/nets.txt")
local all = io.read("*all")
io.input(before)
spoa.on("m", function()
  local f <close> = assert(io.open("mod/nets.txt"))
  set_var("txn.same", f:read("a") == all)
  set_var("txn.none", io.open("mod/none.txt") == nil)
end)
assert(n == #all:gsub("\n", ""))
--> call m
--> set-var txn.same bool:true
--> set-var txn.none bool:true

--- io writes to the log
io.write("one ", 2, "\n")
io.stderr:write("three\n")
--> log msg="one 2"
--> log msg=three

--- getenv knows the variables of the command line
assert(os.getenv("dc") == "fra1" and os.getenv("PATH") == nil)

--- package
assert(package.config:sub(1, 1) == "/" and package.loaded.package == package)
package.path = package.path .. ";/opt/lua/?.lua"
package.cpath = package.cpath .. ";/opt/lua/?.so"
package.preload["own.module"] = function(name, file) return { name = name, file = file } end
local own, file = require "own.module"
assert(own.name == "own.module" and own.file == ":preload:" and file == ":preload:" and require "own.module" == own)

--- debug looks
assert(debug.getinfo(1, "S").source:match("@(.*/)") == "./" and debug.getinfo(print, "S").source == "=[C]")
assert(debug.getinfo(1, "S").short_src == "t.lua" and debug.getinfo(1, "l").currentline == 2)
assert(debug.traceback("why"):find("^why\nstack traceback:"))

--- base64.decode takes both alphabets, for scripts that check tokens
local base64 = require "base64"
assert(base64.decode("-_-_") == "\xfb\xff\xbf" and base64.decode("+/+/") == "\xfb\xff\xbf" and base64.decode("8Hz_") == base64.url_decode("8Hz_"))
assert(base64.url_decode("+/+/") == nil and base64.decode("a*") == nil)

--- sockets take fields
core.register_action("m", {"http-req"}, function(txn)
  local sock, other = core.tcp(), core.tcp()
  sock.old_settimeout = sock.settimeout
  sock.settimeout = function(s, n) return s:old_settimeout(n), "own" end
  local _, own = sock:settimeout(1)
  txn:set_var("txn.own", own)
  txn:set_var("txn.other", other.old_settimeout == nil and other:settimeout(1) == 1 and tostring(sock):find("Socket") ~= nil)
  sock:close()
end)
--> call m
--> unset-var txn.act
--> set-var txn.own str:own
--> set-var txn.other bool:true
