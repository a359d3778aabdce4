--> stopped
spoa.on("m", function(msg)
	while true do
		pcall(function() while true do end end)
	end
end)
