--> error 
spoa.on("m", function(msg)
	set_var('txn.' .. ('x'):rep(1 << 20), 1)
end)
