--> error stack overflow
spoa.on("m", function(msg)
	local mt = {}
	mt.__eq = function(a, b) return setmetatable({}, mt) == setmetatable({}, mt) end
	return setmetatable({}, mt) == setmetatable({}, mt)
end)
