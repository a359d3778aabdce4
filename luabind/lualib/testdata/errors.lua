Programs for TestCorpus; see prelude for show and try.
---- text 1
try(string.find,"aa","()%1")
---- text 2
try(string.find,"aa","(a)%2")
---- text 3
try(string.find,"aa","(a%1)")
---- text 4
try(string.find,"aa","%0")
---- text 5
try(string.find,"aa","%1")
---- text 6
try(string.find,"aa","a)")
---- text 7
try(string.find,"aa","(a")
---- text 8
try(string.find,"aa","%b")
---- text 9
try(string.find,"aa","%f")
---- text 10
try(string.find,"aa","[a")
---- text 11
try(string.find,"aa","[a%")
---- text 12
try(string.find,"aa","[]")
---- text 13
try(string.find,"aa","%")
---- text 14
try(string.gsub,"aa","a","%2")
---- text 15
try(string.gsub,"aa","a","%y")
---- text 16
try(string.gsub,"aa","a","%")
---- text 17
try(string.gsub,"aa","()","%1")
---- text 18
try(string.find,("a"):rep(300),("a?"):rep(300))
---- text 19
try(string.find,"a",("(a)"):rep(33))
---- text 20
try(string.find,("a"):rep(40),("(a)"):rep(33))
---- text 21
---- text 22
try(string.rep)
---- text 23
try(string.char,256)
---- text 24
try(string.char,-1)
---- text 25
---- text 26
try(table.unpack,{},1,1e7)
---- text 27
try(select,0)
---- text 28
try(select,-2,1)
---- text 29
try(select,"x",1)
