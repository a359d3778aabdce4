--> stopped
spoa.on("m", function(msg)
	::again::
	goto again
end)
