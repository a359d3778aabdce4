--> stopped
spoa.on("m", function(msg)
	for _ in (('a'):rep(200)):gmatch(('a*'):rep(20) .. 'b') do end
end)
