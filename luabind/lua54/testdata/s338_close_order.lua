local function c(n) return setmetatable({}, {__close = function() print(n) end}) end do local a <close> = c("a") local x, b <close> = 1, c("b") end
