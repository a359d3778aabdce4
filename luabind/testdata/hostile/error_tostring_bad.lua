--> error '__tostring' must return a string
spoa.on("m", function(msg)
	spoa.log(setmetatable({}, { __tostring = function() return {} end }))
end)
