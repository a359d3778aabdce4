--> stopped
spoa.on("m", function(msg)
	local i, s = 0, ('x'):rep(60000)
	while true do i = i + 1 spoa.shared.set('k' .. i, s .. i) end
end)
