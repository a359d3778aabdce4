--> error table expected
spoa.on("m", function(msg)
	setmetatable('', { __index = function() end })
end)
