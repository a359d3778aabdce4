--> stopped
spoa.on("m", function(msg)
	while true do pcall(string.match, ('a'):rep(200), ('a*'):rep(20) .. 'b') end
end)
