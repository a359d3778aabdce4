local store = {} local mid = setmetatable({}, {__newindex = store}) local t = setmetatable({}, {__newindex = mid}) t.k = 5 print(rawget(t, "k"), rawget(mid, "k"), store.k)
