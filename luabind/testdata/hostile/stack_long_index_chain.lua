--> ok
spoa.on("m", function(msg)
	local t = {}
	for i = 1, 5000 do t = setmetatable({}, { __index = t }) end
	pcall(function() return t.x end)
end)
