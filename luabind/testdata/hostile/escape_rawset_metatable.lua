--> error protected metatable
spoa.on("m", function(msg)
	local t = setmetatable({}, { __metatable = 'locked' })
	rawset(t, '__metatable', nil)
	setmetatable(t, {})
end)
