--> error too many results to unpack
spoa.on("m", function(msg)
	return string.char(table.unpack(setmetatable({}, { __index = function() return 65 end }), 1, 1 << 20))
end)
