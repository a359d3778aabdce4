--> error closed
spoa.on("m", function(msg)
	for _, name in ipairs { "io", "dofile", "loadfile", "debug", "getfenv", "setfenv", "module", "newproxy", "loadstring", "channel" } do
		assert(_G[name] == nil, name)
	end
	for _, name in ipairs { "execute", "exit", "remove", "rename", "tmpname", "setlocale" } do
		assert(os[name] == nil, name)
	end
	for _, name in ipairs { "path", "cpath", "searchers", "loadlib", "searchpath", "preload", "loaders", "seeall" } do
		assert(package[name] == nil, name)
	end
	for name in pairs(package.loaded) do assert(name ~= "io" and name ~= "debug", name) end
	error("closed", 0)
end)
