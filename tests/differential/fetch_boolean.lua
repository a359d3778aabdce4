-- fetch: a,b
-- args: path=path
-- request: /p

core.register_fetches("fetch_boolean", function(txn, a, b)
  return true
end)
