--> ok
spoa.on("m", function(msg)
	load('error(1)', ('x'):rep(1 << 20))
	load('x', '=' .. ('y'):rep(1 << 20))
end)
