--> error resulting string too large
spoa.on("m", function(msg)
	return ('xx'):rep(math.maxinteger)
end)
