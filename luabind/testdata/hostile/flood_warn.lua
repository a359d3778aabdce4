--> stopped
spoa.on("m", function(msg)
	warn('@on')
	local s = ('x'):rep(1 << 20)
	while true do warn(s) end
end)
