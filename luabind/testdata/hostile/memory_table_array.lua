--> stopped
spoa.on("m", function(msg)
	local t = {}
	for i = 1, math.huge do t[i % 1000000 + 1] = i end
end)
