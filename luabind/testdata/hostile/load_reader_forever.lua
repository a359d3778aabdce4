--> stopped
spoa.on("m", function(msg)
	load(function() return ' ' end)
	while true do end
end)
