local o = {v = 0} function o:add(n) self.v = self.v + n return self end print(o:add(1):add(2):add(3).v)
