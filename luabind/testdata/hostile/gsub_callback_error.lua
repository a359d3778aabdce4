--> error from the callback
spoa.on("m", function(msg)
	('x'):gsub('.', function() error('from the callback', 0) end)
end)
