--> stopped
spoa.on("m", function(msg)
	xpcall(error, function() while true do end end)
end)
