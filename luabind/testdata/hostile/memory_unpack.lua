--> error too many results to unpack
spoa.on("m", function(msg)
	return table.unpack({}, 1, 1e8)
end)
