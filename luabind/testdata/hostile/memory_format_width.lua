--> error invalid conversion
spoa.on("m", function(msg)
	return ('%9999999d'):format(1)
end)
