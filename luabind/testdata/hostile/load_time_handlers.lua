--> load-error stopped
while true do spoa.on('m' , function() end) end
