--> stopped
spoa.on("m", function(msg)
	while true do end
end)
