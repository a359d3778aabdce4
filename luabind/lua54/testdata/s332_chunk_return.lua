local function c() do return 1, 2 end end print(c()) do return print("ret") end
