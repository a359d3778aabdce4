--> ok
spoa.on("m", function(msg)
	local env = setmetatable({}, { __index = _G })
	load('string = nil print = nil', 'x', 't', env)()
	assert(string and print)
end)
