--> error resulting string too large
spoa.on("m", function(msg)
	return string.pack('c2000000000', 'x')
end)
