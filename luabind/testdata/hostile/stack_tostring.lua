--> error stack overflow
spoa.on("m", function(msg)
	local t = setmetatable({}, { __tostring = function(t) return tostring(t) end })
	tostring(t)
end)
