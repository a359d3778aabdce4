local function e(f) print(select(2, pcall(f))) end
e(function()
  local x
  return x
    .y
end)
e(function()
  local t = {}
  return t.a
    .b
    .c
end)
e(function()
  local a = 1
  local b
  return a
    + 2
    + b
    + 3
end)
e(function()
  local f
  f(
    1,
    2
  )
end)
e(function()
  return 1 ..
    {} ..
    2
end)
e(function()
  error("multi" ..
    "line")
end)
e(function()
  local t = {
    a = 1,
    b = nil + 1,
  }
end)
e(function()
  for i = 1,
    nil do
  end
end)
e(function() return
  -{} end)
e(function()
  if nil < 1
  then end
end)
e(function()
  undefinedfn{
    1,
    2
  }
end)
e(function()
  local o = {}
  o
  :method()
end)
