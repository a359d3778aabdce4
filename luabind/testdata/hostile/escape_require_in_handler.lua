--> error can only be called while scripts are loaded
spoa.on("m", function(msg)
	require('module.of.mine')
end)
