--> error resulting string too large
spoa.on("m", function(msg)
	return ('x'):rep(1 << 40)
end)
