--> load-error stopped
while true do end
