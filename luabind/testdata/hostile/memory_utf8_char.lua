--> error too many results to unpack
spoa.on("m", function(msg)
	return utf8.char(table.unpack({}, 1, 1 << 30))
end)
