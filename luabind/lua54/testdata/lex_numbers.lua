print(3, 345, 0xff, 0xBEBADA, 0xA23p-4, 0x.3p4 == 3, 314.16e-2, 0.31416E1, .5, 1e2 == 100)
print(0xffffffffffffffff == -1, 0x7fffffffffffffff == math.maxinteger)
print(9223372036854775807 == math.maxinteger, 1e1 == 10, 5. == 5)
print(1//1, 3.5, 0x1p-2, 1e-3)
