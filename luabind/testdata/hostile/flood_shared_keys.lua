--> stopped
spoa.on("m", function(msg)
	local i = 0
	while true do i = i + 1 spoa.shared.set('k' .. i, i) end
end)
