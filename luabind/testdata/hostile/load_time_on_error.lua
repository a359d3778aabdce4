--> load-error stopped
spoa.on('m', { on_error = function() while true do end end }, function() end)
