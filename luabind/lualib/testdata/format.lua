Programs for TestCorpus; see prelude for show and try.
---- line 1
try(string.format,"%F",1.5)
---- line 2
try(string.format,"%u",1)
---- line 3
try(string.format,"%5q","x")
---- line 4
try(string.format,"%#d",1)
---- line 5
try(string.format,"%#x",255)
---- line 6
try(string.format,"%+x",255)
---- line 7
try(string.format,"%.3c",65)
---- line 8
try(string.format,"%.3d",7)
---- line 9
try(string.format,"%05d|%-5d|% d|%+d",7,7,7,7)
---- line 10
try(string.format,"%099999d",1)
---- line 11
try(string.format,"%123d",1)
---- line 12
try(string.format,"%.123d",1)
---- line 13
try(string.format,"%0-+ #0-+ #0-+ #0-+ #0d",1)
---- line 14
try(string.format,"%",1)
---- line 15
try(string.format,"%10",1)
---- line 16
try(string.format,"%010.3f|%#.0f|%#g|%g|%G|%.0e|%#.0e",1.5,2,1,1e20,1e-10,5,5)
---- line 17
try(string.format,"%a %A %.2a %20a|%-20a|%+a",1.5,1.5,1/3,1,1,0)
---- line 18
try(string.format,"%f %5.1f %05f %g",1/0,-1/0,1/0,0/0)
---- line 19
try(string.format,"%q %q %q %q %q",1,1.5,1/0,"a\0b\r\n\"\\\0001",math.mininteger)
---- line 20
try(string.format,"%q",{})
---- line 21
try(string.format,"%s %10s|%-10s|%.2s","a","b","c","def")
---- line 22
try(string.format,"%d")
---- line 23
try(string.format,"%d","3.0")
---- line 24
try(string.format,"%d","x")
---- line 25
try(string.format,"%10s","a\0b")
---- line 26
try(string.format,"%s",setmetatable({},{__tostring=function() return 1 end}))
---- line 27
try(string.format,"%i",3)
---- line 28
try(string.format,"%.20s|%.f",("x"):rep(30),1.5)
---- line 29
try(string.format,"%5%",1)
---- line 30
try(string.format,"%%")
---- line 31
try(string.format,"%-010d|%x|%.0d|%.0x",5,-1,0,0)
---- line 32
try(string.format,"%c%5c|%-5c|",65,66,67)
---- line 33
try(string.format,"%.99f",1/3)
---- line 34
try(string.format,"%.100f",1/3)
---- line 35
try(string.format,"%\0d",1)
---- line 36
try(string.format,"%5.d|%+.3d|%08.3d",1,2,3)
---- line 37
try(string.format,"%s",nil)
---- line 38
try(string.format,"%s")
---- line 39
print(#string.format("%99.99f",-1e308))
---- line 40
print(string.format("%5s|%-5s|%5.1s",true,nil,false))
