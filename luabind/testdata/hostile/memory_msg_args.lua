--> stopped
spoa.on("m", function(msg)
	while true do local t = spoa.args(msg) end
end)
