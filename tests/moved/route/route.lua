-- A fetch that chooses a backend, and one that returns nothing.
local routes = Map.new("routes.map", Map._beg)

core.register_fetches("route", function(txn, default)
  return routes:lookup(txn.sf:path()) or default
end)

core.register_fetches("nothing", function(txn)
  if txn.sf:query() == "none" then return end
  return #txn.sf:query()
end)
