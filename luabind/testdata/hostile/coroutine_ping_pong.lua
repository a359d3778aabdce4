--> stopped
spoa.on("m", function(msg)
	local f = coroutine.wrap(function() while true do coroutine.yield() end end)
	while true do f() end
end)
