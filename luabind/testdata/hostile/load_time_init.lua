--> load-error stopped
spoa.on_init(function() while true do end end)
