--> stopped
spoa.on("m", function(msg)
	return (('a'):rep(200)):find(('a*'):rep(20) .. 'b')
end)
