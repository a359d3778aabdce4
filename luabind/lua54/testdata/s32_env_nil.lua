local ok, e = pcall(function() local _ENV = nil; return x end) print(ok, e)
