-- fetch: a,b
-- args: path=path
-- request: /p

core.register_fetches("fetch_text", function(txn, a, b)
  return a .. b .. txn.f:path()
end)
