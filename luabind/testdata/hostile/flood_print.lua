--> stopped
spoa.on("m", function(msg)
	local s = ('x'):rep(1 << 20)
	while true do print(s, s, s) end
end)
