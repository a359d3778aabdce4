-- fetch: a,b
-- args: path=path
-- request: /p

core.register_fetches("fetch_fraction", function(txn, a, b)
  return 2.5
end)
