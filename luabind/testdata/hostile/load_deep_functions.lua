--> error overflow
spoa.on("m", function(msg)
	error(select(2, load(('local function f() '):rep(10000))), 0)
end)
