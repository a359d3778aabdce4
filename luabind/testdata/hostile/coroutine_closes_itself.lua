--> error cannot close a running coroutine
spoa.on("m", function(msg)
	coroutine.wrap(function() coroutine.close(coroutine.running()) end)()
end)
