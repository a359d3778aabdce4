--> stopped
spoa.on("m", function(msg)
	local t = {}
	for i = 1, 10000 do t[i] = i end
	while true do pcall(table.sort, t, function() return math.random(2) == 1 end) end
end)
