--> ok
spoa.on("m", function(msg)
	string, table, tostring, type, pcall = nil, nil, nil, nil, nil
	set_var('txn.a', 1)
	spoa.log('x', {})
end)
