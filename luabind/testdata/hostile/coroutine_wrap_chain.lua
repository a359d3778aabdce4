--> error stack overflow
spoa.on("m", function(msg)
	local function f() return coroutine.wrap(f)() end
	f()
end)
