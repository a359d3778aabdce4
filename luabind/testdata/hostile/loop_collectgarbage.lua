--> stopped
spoa.on("m", function(msg)
	while true do collectgarbage() end
end)
