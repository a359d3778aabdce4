--> error too large
spoa.on("m", function(msg)
	local s = 'x'
	while true do s = s .. s end
end)
