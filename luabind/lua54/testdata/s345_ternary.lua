local function t(c) return c and "yes" or "no" end print(t(1), t(nil), t(false), t(0))
