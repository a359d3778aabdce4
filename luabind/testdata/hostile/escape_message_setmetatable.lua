--> error table expected
spoa.on("m", function(msg)
	setmetatable(msg, {})
end)
