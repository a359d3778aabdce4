g1 = 1 local function f() return g1 end g1 = 2 print(f(), _G.g1, _ENV.g1)
