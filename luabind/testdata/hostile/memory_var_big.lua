--> error 
spoa.on("m", function(msg)
	set_var('txn.v', ('x'):rep(1 << 24))
end)
