-- fetch: a,b
-- args: path=path
-- request: /p

core.register_fetches("fetch_done", function(txn, a, b)
  core.done('v')
end)
