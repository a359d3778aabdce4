--> stopped
spoa.on("m", function(msg)
	('x'):rep(10):gsub('.', function() while true do end end)
end)
