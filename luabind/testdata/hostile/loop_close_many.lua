--> stopped
spoa.on("m", function(msg)
	while true do
		pcall(function()
			local x <close> = setmetatable({}, { __close = function() error("again") end })
		end)
	end
end)
