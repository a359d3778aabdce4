--> error stack overflow
spoa.on("m", function(msg)
	local function f() return 1 + f() end
	f()
end)
