local x <const> = 5 local function f() return x * 2 end print(f()) local s <const>, t = "s", "t" print(s .. t)
