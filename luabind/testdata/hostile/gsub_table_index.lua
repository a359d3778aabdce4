--> stopped
spoa.on("m", function(msg)
	('x'):gsub('.', setmetatable({}, { __index = function() while true do end end }))
end)
