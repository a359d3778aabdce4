--> error unable to dump given function
spoa.on("m", function(msg)
	string.dump(print)
end)
