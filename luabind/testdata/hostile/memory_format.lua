--> error resulting string too large
spoa.on("m", function(msg)
	local s = ('x'):rep(1 << 23)
	return ('%s%s%s'):format(s, s, s)
end)
