print(
  1,
  2
)
local t = {
  f = function(...) return ... end
}
print(t
  .f(1))
