local t = {1, {2, {3, {4}}}, x = {y = {z = 5}}} print(t[2][2][2][1], t.x.y.z)
