--> stopped
spoa.on("m", function(msg)
	local t = setmetatable({}, { __concat = function(a) return a end })
	while true do t = t .. 'x' end
end)
