print("a\
b")
print([[c

d]])
