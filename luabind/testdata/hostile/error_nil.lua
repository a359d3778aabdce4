--> error error object is a nil value
spoa.on("m", function(msg)
	error(nil)
end)
