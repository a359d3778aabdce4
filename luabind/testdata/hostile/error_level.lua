--> error boom
spoa.on("m", function(msg)
	error('boom', math.maxinteger)
end)
