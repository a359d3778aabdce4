--> error too many captures
spoa.on("m", function(msg)
	return ('x'):find(('()'):rep(40))
end)
