--> stopped
spoa.on("m", function(msg)
	return (('('):rep(1000000)):find('%b()')
end)
