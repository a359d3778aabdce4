--> error spoa.value
spoa.on("m", function(msg)
	error(getmetatable(spoa.ip('192.0.2.1')), 0)
end)
