--> ok
spoa.on("m", function(msg)
	pcall(load, 'return ' .. ('a .. '):rep(100000) .. 'a')
end)
