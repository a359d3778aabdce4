--> ok
spoa.on("m", function(msg)
	local t = setmetatable({}, { __mode = 'kv' })
	for i = 1, 1000 do t[{}] = {} end
	collectgarbage()
end)
