What happens while scripts are loaded.

--- init functions run behind all scripts
local order = {}
spoa.on_init(function() order[#order + 1] = "init1" end)
spoa.on_init(function() order[#order + 1] = "init2" end)
order[#order + 1] = "top"
spoa.on("m", function() set_var("txn.order", table.concat(order, " ")) end)
--> call m
--> set-var txn.order str:top init1 init2

--- error in an init function
spoa.on_init(function()
  error("no list")
end)
--> load-error ^t.lua:2: no list$

--- init in init
spoa.on_init(function() spoa.on_init(print) end)
--> load-error ^t.lua:1: on_init can only be called at the top level

--- read
local list = spoa.read("mod/ip.txt")
local ok, err = pcall(spoa.read, "mod/none.txt")
print(ok, err)
spoa.on("m", function() set_var("txn.list", list:match("^%S+")) end)
--> log level=INFO msg="false .*none.txt: no such file or directory"
--> call m
--> set-var txn.list str:192.0.2.1

--- require
local good, file = require "good"
local again, file2 = require "good"
require "lists.counted"
require "lists.counted"
spoa.on("m", function()
  set_var("txn.name", good.name)
  set_var("txn.file", good.file)
  set_var("txn.file2", file)
  set_var("txn.same", good == again and require "good" == good)
  set_var("txn.nofile", file2)
  set_var("txn.loads", loads)
  set_var("txn.true", require "lists.counted")
  set_var("txn.double", good.double(21))
  set_var("txn.math", require("math") == math and package.loaded.string == string)
end)
--> call m
--> set-var txn.name str:good
--> set-var txn.file str:mod/good.lua
--> set-var txn.file2 str:mod/good.lua
--> set-var txn.same bool:true
--> unset-var txn.nofile
--> set-var txn.loads int64:1
--> set-var txn.true bool:true
--> set-var txn.double int64:42
--> set-var txn.math bool:true

--- require what is not there
local ok, err = pcall(require, "a.none")
print(err)
require "none"
--> load-error ^t.lua:3: module 'none' not found: open testdata/mod/none.lua: no such file or directory$
--> log msg=".*module 'a.none' not found: open testdata/mod/a/none.lua

--- require what the agent does not have
require "lfs"
--> load-error ^t.lua:1: module 'lfs' not found: .*no such file or directory; it is written in C, which the agent does not load; spoa.read and

--- require what does not compile
require "broken"
--> load-error ^t.lua:1: error loading module 'broken': mod/broken.lua:\d+: unexpected symbol

--- require what fails
require "failing"
--> load-error ^mod/failing.lua:1: no database$

--- require in a circle
require "loop1"
--> load-error ^mod/loop2.lua:1: module 'loop1' requires itself, directly or through others$

--- info and vars
spoa.on("m", function()
  set_var("txn.version", spoa.info.version)
  set_var("txn.generation", spoa.info.generation)
  set_var("txn.hostname", spoa.info.hostname)
  set_var("txn.script", spoa.info.script)
  set_var("txn.start", spoa.info.start_time)
  set_var("txn.none", spoa.info.none)
  set_var("txn.dc", spoa.vars.dc)
  set_var("txn.novar", spoa.vars.none)
  for k, v in pairs(spoa.vars) do set_var("txn.pair", k .. "=" .. v) end
end)
--> call m
--> set-var txn.version str:1.2.3
--> set-var txn.generation int64:7
--> set-var txn.hostname str:lb1.example.org
--> set-var txn.script str:t.lua
--> set-var txn.start int64:0
--> unset-var txn.none
--> set-var txn.dc str:fra1
--> unset-var txn.novar
--> set-var txn.pair str:dc=fra1

--- info and vars are read-only
spoa.on("info", function() spoa.info.version = "x" end)
spoa.on("vars", function() spoa.vars.dc = "x" end)
spoa.on("delete", function() spoa.vars.dc = nil end)
spoa.on("pow", function() local x = spoa.info ^ spoa.info end)
spoa.on("unm", function() local x = -spoa.info end)
spoa.on("rawset", function() rawset(spoa.vars, "dc", "x") end)
spoa.on("meta", function() set_var("txn.mt", type(getmetatable(spoa.info)) .. type(getmetatable(spoa.vars))) end)
spoa.on("methods", function()
  local n = 0
  for _, k in ipairs { "methods", "fields", "__index", "New", "String", "Value", "Version2" } do
    if spoa.info[k] ~= nil or spoa.vars[k] ~= nil then n = n + 1 end
  end
  set_var("txn.n", n)
  set_var("txn.dc", spoa.vars.dc)
end)
--> call info
--> error ^t.lua:1: spoa.info is read-only$
--> call vars
--> error ^t.lua:2: spoa.vars is read-only$
--> call delete
--> error ^t.lua:3: spoa.vars is read-only$
--> call pow
--> error ^t.lua:4: attempt to perform arithmetic
--> call unm
--> error ^t.lua:5: attempt to perform arithmetic
--> call rawset
--> error ^t.lua:6: bad argument #1 to 'rawset'
--> call meta
--> set-var txn.mt str:stringstring
--> call methods
--> set-var txn.n int64:0
--> set-var txn.dc str:fra1
