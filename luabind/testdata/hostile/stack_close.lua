--> error stack overflow
spoa.on("m", function(msg)
	local function f() local x <close> = setmetatable({}, { __close = f }) end
	f()
end)
