--> error too many captures
spoa.on("m", function(msg)
	return (('('):rep(100000)):find(('(.'):rep(300))
end)
