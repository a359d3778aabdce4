--> stopped
spoa.on("m", function(msg)
	while true do (('a'):rep(1000000)):find('%f[b]%f[b]') end
end)
