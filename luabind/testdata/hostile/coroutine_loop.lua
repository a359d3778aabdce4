--> stopped
spoa.on("m", function(msg)
	coroutine.wrap(function() while true do end end)()
end)
