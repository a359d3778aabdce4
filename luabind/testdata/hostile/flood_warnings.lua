--> stopped
spoa.on("m", function(msg)
	local i = 0
	while true do i = i + 1 local v = msg['x' .. i] end
end)
