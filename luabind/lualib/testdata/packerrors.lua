Programs for TestCorpus; see prelude for show and try.
---- line 1
try(string.pack,"i17",1)
---- line 2
try(string.pack,"i0",1)
---- line 3
try(string.pack,"y",1)
---- line 4
try(string.pack,"i1",200)
---- line 5
try(string.pack,"I1",256)
---- line 6
try(string.pack,"I1",-1)
---- line 7
try(string.pack,"s1",("x"):rep(300))
---- line 8
try(string.pack,"z","a\0b")
---- line 9
try(string.pack,"c","")
---- line 10
try(string.pack,"c2","abc")
---- line 11
try(string.pack,"!3i4",1)
---- line 12
try(string.pack,"!17i4",1)
---- line 13
try(string.pack,"X",1)
---- line 14
try(string.pack,"Xz",1)
---- line 15
try(string.pack,"!4 i1 Xi3",1)
---- line 16
try(string.pack,"!4 i3",1)
---- line 17
try(string.unpack,"i4","abc")
---- line 18
try(string.unpack,"i4","abcdefgh",6)
---- line 19
try(string.unpack,"i4","abcdefgh",60)
---- line 20
try(string.unpack,"i4","abcdefgh",-100)
---- line 21
try(string.unpack,"i16",("\xff"):rep(16))
---- line 22
try(string.unpack,"i16",("\xff"):rep(8)..("\1"):rep(8))
---- line 23
try(string.unpack,"I16",("\xff"):rep(16))
---- line 24
try(string.unpack,"z","abc")
---- line 25
try(string.unpack,"s1","\5abc")
---- line 26
try(string.unpack,"c5","abc")
---- line 27
try(string.packsize,"s")
---- line 28
try(string.packsize,"z")
---- line 29
try(string.packsize,"c2147483647c2147483647")
---- line 30
try(string.packsize,"c99999999999")
---- line 31
try(string.packsize,"!8 i1 d j n T f b B h H l L i I x")
---- line 32
try(string.packsize,"!i1 Xd i2")
---- line 33
try(string.packsize,"<!4 i1 !2 i4 = > ! i8")
---- line 34
try(string.pack,"i4")
---- line 35
try(string.pack,"d","x")
---- line 36
try(string.pack,"i4",1.5)
---- line 37
try(string.unpack,"c0","abc",4)
---- line 38
try(string.unpack,"c0","abc",5)
---- line 39
show(#string.pack("i7",2^40))
---- line 40
try(string.pack,"Xc1",1)
---- line 41
try(string.pack,"Xs1",1)
---- line 42
try(string.pack,"Xx",1)
---- line 43
try(string.pack," < > = ! ",1)
---- line 44
try(string.pack,"!4 Xi4 i4 x Xi4",1)
