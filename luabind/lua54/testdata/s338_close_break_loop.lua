for i = 1, 3 do local c <close> = setmetatable({}, {__close = function() io.write("c", i, " ") end}) if i == 2 then break end end print()
