local a1,a2,a3,a4,a5,a6,a7,a8,a9,a10 = 1,2,3,4,5,6,7,8,9,10
local b1,b2,b3,b4,b5,b6,b7,b8,b9,b10 = a1+1,a2+1,a3+1,a4+1,a5+1,a6+1,a7+1,a8+1,a9+1,a10+1
local function f() return a1+a10+b1+b10 end
print(f(), a5 * b5 + a6 * b6)
local function g(p1,p2,p3,p4,p5,p6,p7,p8,p9,p10,p11,p12) p12 = p1 p1 = p11 return p1, p12, p6 end
print(g(1,2,3,4,5,6,7,8,9,10,11,12))
print(g(1))
