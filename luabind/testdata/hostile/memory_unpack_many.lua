--> error overflow
spoa.on("m", function(msg)
	local t = {}
	for i = 1, 4000 do t[i] = i end
	local function f(...) return f(table.unpack(t)) + select('#', ...) end
	f()
end)
