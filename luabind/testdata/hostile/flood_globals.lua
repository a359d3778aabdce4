--> ok
spoa.on("m", function(msg)
	for i = 1, 100000 do _G['g' .. i] = i end
	for i = 1, 100000 do _G['g' .. i] = nil end
end)
