print("a\z   
	  b\z

c")
