print([[a
b]], [==[x]]y]==], [[
skipped first newline]])
print(#[[

]])
print([=[]]]=])
--[[ comment
over lines ]] print("after comment")
--[==[ ]] ]==] print("after level 2")
--[ not long
print("x") --print("y")
---[[ still short
print("z")
