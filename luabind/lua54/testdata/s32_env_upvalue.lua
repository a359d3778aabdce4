local e = {} local function set() local _ENV = e function h() return 5 end end set() print(e.h(), h)
