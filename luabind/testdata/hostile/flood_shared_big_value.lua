--> error 
spoa.on("m", function(msg)
	spoa.shared.set('k', ('x'):rep(1 << 20))
end)
