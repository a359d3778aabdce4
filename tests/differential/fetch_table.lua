-- fetch: a,b
-- args: path=path
-- request: /p

core.register_fetches("fetch_table", function(txn, a, b)
  return {}
end)
