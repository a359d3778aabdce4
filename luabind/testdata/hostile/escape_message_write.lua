--> error a message is read-only
spoa.on("m", function(msg)
	msg.ip = '192.0.2.1'
end)
