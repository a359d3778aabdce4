--> error 
spoa.on("m", function(msg)
	for i = 1, math.huge do set_var('txn.v' .. i, ('x'):rep(100)) end
end)
