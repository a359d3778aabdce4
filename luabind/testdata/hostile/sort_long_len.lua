--> error array too big
spoa.on("m", function(msg)
	table.sort(setmetatable({}, { __len = function() return 1 << 40 end }))
end)
