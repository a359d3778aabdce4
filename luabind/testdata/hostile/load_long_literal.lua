--> error chunk too large
spoa.on("m", function(msg)
	local s = ('x'):rep(1 << 23)
	local parts = { 'return "', s, s, s, '"' }
	local i = 0
	error(select(2, load(function() i = i + 1 return parts[i] end)), 0)
end)
