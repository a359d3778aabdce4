--> stopped
spoa.on("m", function(msg)
	table.move({}, 1, math.maxinteger - 1, 2)
end)
