print(1 == 1, "1" == 1, nil == false, {} == {}, "a" == "a", 0 == -0, 1 ~= 2, print == print)
