local obj = {v = 1}
function obj:set(v) self.v = v return self end
function obj.static(v) return v end
print(obj:set(5).v, obj.static(6), obj:set(7):set(8).v)
function obj:var(...) return self.v, ... end
print(obj:var(1, 2))
local m = obj.set
m(obj, 9)
print(obj.v)
