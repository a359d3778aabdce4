--> load-error stopped
local i = 0
while true do i = i + 1 spoa.on('m' .. i, function() end) end
