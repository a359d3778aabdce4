-- fetch: a,b
-- args: path=path
-- request: /p

core.register_fetches("fetch_number", function(txn, a, b)
  return 7
end)
