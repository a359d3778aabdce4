local _ = 1
local _a, a_1, A = 2, 3, 4
print(_, _a, a_1, A)
local andy, nott, format_end = 5, 6, 7
print(andy, nott, format_end)
