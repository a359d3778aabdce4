--> stopped
spoa.on("m", function(msg)
	while true do pcall(set_var, 'txn.a', 1) end
end)
