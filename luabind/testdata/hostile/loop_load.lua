--> stopped
spoa.on("m", function(msg)
	while true do load('return 1')() end
end)
