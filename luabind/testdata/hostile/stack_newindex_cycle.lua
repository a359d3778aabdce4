--> error loop
spoa.on("m", function(msg)
	local a, b = {}, {}
	setmetatable(a, { __newindex = b })
	setmetatable(b, { __newindex = a })
	a.x = 1
end)
