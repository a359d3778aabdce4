--> stopped
spoa.on("m", function(msg)
	for i = 1, math.maxinteger do end
end)
