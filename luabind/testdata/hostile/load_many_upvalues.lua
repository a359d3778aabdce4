--> error too many upvalues
spoa.on("m", function(msg)
	local source = {}
	for block = 0, 2 do
		for i = 1, 100 do source[#source + 1] = 'local a' .. block .. '_' .. i .. ' = 1' end
		source[#source + 1] = 'local function f' .. block .. '()'
	end
	source[#source + 1] = 'return 0'
	for block = 0, 2 do for i = 1, 100 do source[#source + 1] = '+ a' .. block .. '_' .. i end end
	source[#source + 1] = 'end end end'
	error(select(2, load(table.concat(source, ' '))), 0)
end)
