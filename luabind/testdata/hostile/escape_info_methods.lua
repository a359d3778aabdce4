--> ok
spoa.on("m", function(msg)
	for _, key in ipairs { '__index', 'String', 'Close', 'metatable', 1 } do pcall(function() return spoa.info[key](spoa.info) end) end
end)
