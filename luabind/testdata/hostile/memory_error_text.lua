--> error 
spoa.on("m", function(msg)
	error(('x'):rep(1 << 24))
end)
