--> error stack overflow
spoa.on("m", function(msg)
	local function r() local f, e = load(r) error(e, 0) end
	r()
end)
