--> ok
spoa.on("m", function(msg)
	load(('a'):rep(1 << 20) .. ' = 1')()
end)
