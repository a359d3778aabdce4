--> stopped
spoa.on("m", function(msg)
	local e = setmetatable({}, { __tostring = function() while true do end end })
	spoa.log(e)
end)
