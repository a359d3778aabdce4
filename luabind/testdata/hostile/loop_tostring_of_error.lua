--> stopped
spoa.on("m", function(msg)
	tostring(setmetatable({}, { __tostring = function() while true do end end }))
end)
