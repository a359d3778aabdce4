--> error overflow
spoa.on("m", function(msg)
	error(select(2, load(('do '):rep(100000))), 0)
end)
