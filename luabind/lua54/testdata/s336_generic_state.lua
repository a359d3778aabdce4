local function it(s, c) if c < s then return c + 1 end end for i in it, 3, 0 do io.write(i, " ") end print()
