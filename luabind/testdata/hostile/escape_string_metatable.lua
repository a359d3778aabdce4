--> error intact
spoa.on("m", function(msg)
	getmetatable("").__index = nil
	getmetatable("").__add = print
	assert(("x"):upper() == "X")
	error("intact", 0)
end)
