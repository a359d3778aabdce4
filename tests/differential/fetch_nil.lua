-- fetch: a,b
-- args: path=path
-- request: /p

core.register_fetches("fetch_nil", function(txn, a, b)
  return nil
end)
