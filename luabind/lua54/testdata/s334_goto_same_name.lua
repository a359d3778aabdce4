do goto l do goto l print("no") ::l:: print("inner") end ::l:: print("outer") end
