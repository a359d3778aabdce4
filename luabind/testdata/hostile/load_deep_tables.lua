--> error overflow
spoa.on("m", function(msg)
	error(select(2, load('return ' .. ('{'):rep(100000))), 0)
end)
