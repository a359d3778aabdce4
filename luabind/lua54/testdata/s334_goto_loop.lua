local i = 1 ::again:: if i <= 3 then print(i) i = i + 1 goto again end
