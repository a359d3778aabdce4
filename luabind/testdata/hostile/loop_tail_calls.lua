--> stopped
spoa.on("m", function(msg)
	local function f() return f() end
	f()
end)
