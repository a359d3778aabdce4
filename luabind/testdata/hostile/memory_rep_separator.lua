--> error resulting string too large
spoa.on("m", function(msg)
	return (''):rep(1 << 40, 'abc')
end)
