--> error 
spoa.on("m", function(msg)
	require(('a.'):rep(100000) .. 'b')
end)
