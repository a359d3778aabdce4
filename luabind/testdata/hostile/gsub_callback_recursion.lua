--> error stack overflow
spoa.on("m", function(msg)
	local function f() return (('x'):gsub('x', f)) end
	f()
end)
