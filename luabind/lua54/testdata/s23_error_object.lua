local ok, e = pcall(error, {code = 5}) print(ok, e.code) print(pcall(error, nil)) print(select("#", pcall(error)))
