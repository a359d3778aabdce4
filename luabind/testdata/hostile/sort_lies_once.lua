--> error invalid order function
spoa.on("m", function(msg)
	local t = {}
	for i = 1, 1000 do t[i] = i end
	table.sort(t, function() return true end)
end)
