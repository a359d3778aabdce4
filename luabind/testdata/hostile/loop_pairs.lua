--> stopped
spoa.on("m", function(msg)
	for _ in pairs(setmetatable({}, { __pairs = function() return function() return 1 end end })) do end
end)
