--> error too many local variables
spoa.on("m", function(msg)
	error(select(2, load('local ' .. ('a, '):rep(100000) .. 'a')), 0)
end)
