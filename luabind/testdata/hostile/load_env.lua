--> error attempt to call a nil value (global 'print')
spoa.on("m", function(msg)
	load('print(1)', 'env', 't', {})()
end)
