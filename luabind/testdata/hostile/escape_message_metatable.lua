--> error spoa.message
spoa.on("m", function(msg)
	error(getmetatable(msg), 0)
end)
