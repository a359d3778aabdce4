--> error string slice too long
spoa.on("m", function(msg)
	return (('x'):rep(1 << 20)):byte(1, -1)
end)
