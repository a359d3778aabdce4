--> error attempt to load a binary chunk
spoa.on("m", function(msg)
	error(select(2, load('\27Lua\x54\0\x19\x93')), 0)
end)
