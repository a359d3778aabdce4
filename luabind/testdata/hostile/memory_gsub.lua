--> error resulting string too large
spoa.on("m", function(msg)
	local s = 'x'
	while true do s = s:gsub('.', '%0%0%0%0%0%0%0%0') end
end)
