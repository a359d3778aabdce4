print(-2 ^ 2 == -4, not nil == true, -"3" * 2, - - 2, not not 1, #"ab" * 2, ~5 & 0xff)
