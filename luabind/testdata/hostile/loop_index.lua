--> stopped
spoa.on("m", function(msg)
	local t = setmetatable({}, { __index = function() while true do end end })
	return t.x
end)
