--> ok
spoa.on("m", function(msg)
	spoa.log, spoa.shared, spoa = nil, nil, nil
	set_var('txn.a', 1)
end)
