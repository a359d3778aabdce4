--> stopped
spoa.on("m", function(msg)
	local t = {} repeat t[1] = (t[1] or 0) + 1 until false
end)
