--> ok
spoa.on("m", function(msg)
	for i = 1, 500 do coroutine.wrap(function() coroutine.yield() end)() end
end)
