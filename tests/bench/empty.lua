-- Sets nothing: what a Lua call costs by itself.
spoa.on("check-request", function(msg) end)
