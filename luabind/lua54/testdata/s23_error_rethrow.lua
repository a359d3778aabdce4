print(pcall(function() local ok, e = pcall(error, "a", 0) error(e .. "b", 0) end))
