--> stopped
spoa.on("m", function(msg)
	local t = { 3, 2, 1 }
	while true do pcall(table.sort, t, function(a, b) t[#t + 1] = 1 t[#t] = nil return a < b end) end
end)
