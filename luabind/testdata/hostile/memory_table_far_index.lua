--> ok
spoa.on("m", function(msg)
	local t = {}
	t[60000000] = 1
	t[1 << 52] = 2
	t[-1] = 3
	set_var('txn.n', #t)
end)
