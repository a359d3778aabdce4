--> stopped
spoa.on("m", function(msg)
	local f
	while true do f = function() return f end end
end)
