--> load-error set_var can only be called
coroutine.wrap(function() set_var("txn.a", 1) end)()
