spoa.on("check-client-ip", function(msg) set_var("txn.ip_score", 50) end)
