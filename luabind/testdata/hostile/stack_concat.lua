--> error stack overflow
spoa.on("m", function(msg)
	local t = {}
	setmetatable(t, { __concat = function(a, b) return t .. b end })
	return t .. 'x'
end)
