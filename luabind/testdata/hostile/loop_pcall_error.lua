--> stopped
spoa.on("m", function(msg)
	while true do pcall(error, {}) end
end)
