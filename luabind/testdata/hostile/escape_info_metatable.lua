--> ok
spoa.on("m", function(msg)
	local mt = getmetatable(spoa.info)
	if type(mt) == 'table' then mt.__index = nil end
end)
