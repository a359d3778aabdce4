--> error stack overflow
spoa.on("m", function(msg)
	local function f(n) local ok, e = pcall(f, n + 1) error(e, 0) end
	f(1)
end)
