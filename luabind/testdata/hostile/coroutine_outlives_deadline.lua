--> stopped
spoa.on("m", function(msg)
	local co = coroutine.create(function() while true do pcall(coroutine.yield) end end)
	while true do coroutine.resume(co) end
end)
