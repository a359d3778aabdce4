--> error stack overflow
spoa.on("m", function(msg)
	local function f(...) return f(1, ...) + 1 end
	f()
end)
