local a, b = 7, 2
print(a+b, a-b, a*b, a/b, a%b, a^b == 49, -a, #"abc", a==b, a~=b, a<=b, a>=b, a<b, a>b, a//b)
print(a&b, a~b, a|b, a<<b, a>>b, ~a)
print(a .. b, not a)
local t = {f = function(self, x) return x end}
print(t:f(1), t.f(t, 2), t["f"](t, 3))
local s = "x"; ;;; print(s);
goto l1 ::l1:: print("l1")
