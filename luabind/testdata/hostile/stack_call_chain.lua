--> error 
spoa.on("m", function(msg)
	local t = setmetatable({}, {})
	getmetatable(t).__call = t
	t()
end)
