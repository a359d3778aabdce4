--> error overflow
spoa.on("m", function(msg)
	error(select(2, load('return ' .. ('- '):rep(1000000) .. '1')), 0)
end)
