print(1)--[[x]]print(2)--[==[
]]
]==]print(3)-- last
