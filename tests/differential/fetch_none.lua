-- fetch: a,b
-- args: path=path
-- request: /p

core.register_fetches("fetch_none", function(txn, a, b)
  
end)
