--> error read-only
spoa.on("m", function(msg)
	spoa.info.version = 'mine'
end)
