--> error 
spoa.on("m", function(msg)
	spoa.shared.set(('k'):rep(1 << 20), 1)
end)
