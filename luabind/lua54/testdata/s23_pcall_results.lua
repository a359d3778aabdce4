print(pcall(function(...) return ... end, 1, nil, 3)) print(pcall(function() end))
