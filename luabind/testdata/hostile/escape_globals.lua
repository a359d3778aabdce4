--> error closed
spoa.on("m", function(msg)
	for _, name in ipairs { "getfenv", "setfenv", "module", "newproxy", "loadstring", "channel" } do
		assert(_G[name] == nil, name)
	end
	for _, name in ipairs { "execute", "exit", "remove", "rename", "tmpname", "setlocale" } do
		assert(os[name] == nil, name)
	end
	for _, name in ipairs { "searchers", "loadlib", "searchpath", "loaders", "seeall" } do
		assert(package[name] == nil, name)
	end
	assert(io.tmpfile == nil)
	for _, file in ipairs { "/etc/passwd", "../lua_test.go", "escape_globals.lua", "" } do
		assert(not pcall(dofile, file) and not pcall(loadfile, file), file)
	end
	for _, command in ipairs { "id", "ls", "ls /", "ls .; id", "ls `id`", "ls $(id)", "ls .\nid", "ls -l /", "ls ../../..", "ls . >x", "" } do
		assert(not pcall(io.popen, command) and not pcall(io.popen, command, "w"), command)
	end
	for name in pairs(debug) do assert(name == "getinfo" or name == "traceback", name) end
	assert(not io.open("escape_globals.lua") and not io.open("x", "w") and not pcall(io.output, "x"))
	error("closed", 0)
end)
