--> error error object is a table value
spoa.on("m", function(msg)
	error(setmetatable({}, { __tostring = function() while true do end end }))
end)
