--> error error in error handling
spoa.on("m", function(msg)
	local function handler() error('again') end
	local ok, e = xpcall(error, handler)
	error(e, 0)
end)
