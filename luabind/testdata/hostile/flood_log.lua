--> stopped
spoa.on("m", function(msg)
	while true do spoa.log(('x'):rep(1000)) end
end)
