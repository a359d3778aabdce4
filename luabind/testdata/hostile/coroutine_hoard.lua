--> error too many suspended coroutines
spoa.on("m", function(msg)
	local all = {}
	for i = 1, math.huge do
		all[i] = coroutine.wrap(function() coroutine.yield() end)
		all[i]()
	end
end)
