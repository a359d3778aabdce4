--> stopped
spoa.on("m", function(msg)
	for i = 1, math.huge do goto continue ::continue:: end
end)
