--> error malformed pattern
spoa.on("m", function(msg)
	return ('x'):find('[' .. ('a'):rep(1 << 20))
end)
