--> error attempt to yield from outside a coroutine
spoa.on("m", function(msg)
	coroutine.yield(1)
end)
