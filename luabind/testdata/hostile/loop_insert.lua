--> stopped
spoa.on("m", function(msg)
	local t = setmetatable({}, { __len = function() return 1 << 60 end, __index = function() end, __newindex = function() end })
	table.insert(t, 1, 1)
end)
