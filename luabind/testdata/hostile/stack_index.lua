--> error stack overflow
spoa.on("m", function(msg)
	local t = {}
	setmetatable(t, { __index = function(_, k) return t[k] end })
	return t.x
end)
