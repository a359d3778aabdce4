--> stopped
spoa.on("m", function(msg)
	return (('a'):rep(1000000)):gsub('.-b', '')
end)
