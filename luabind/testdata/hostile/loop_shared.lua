--> stopped
spoa.on("m", function(msg)
	while true do spoa.shared.incr('hostile') end
end)
