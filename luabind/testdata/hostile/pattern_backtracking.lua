--> stopped
spoa.on("m", function(msg)
	return (('a'):rep(40)):find(('a-'):rep(12) .. 'b')
end)
