--> stopped
spoa.on("m", function(msg)
	local t = { 1, 2, 3 }
	while true do for k in next, t do end end
end)
