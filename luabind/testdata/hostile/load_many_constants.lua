--> stopped
spoa.on("m", function(msg)
	local source = {}
	for i = 1, 20000 do source[i] = 't[' .. i .. '.5] = ' .. i end
	source = 'local t = {} ' .. table.concat(source, ' ')
	while true do pcall(load, source) end
end)
