--> ok
spoa.on("m", function(msg)
	for i = 1, 100000 do spoa.log.warn(i) spoa.log.debug(i) end
end)
