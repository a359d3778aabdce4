--> error resulting string too large
spoa.on("m", function(msg)
	local f = ('c16000000'):rep(10)
	return string.pack(f, '', '', '', '', '', '', '', '', '', '')
end)
