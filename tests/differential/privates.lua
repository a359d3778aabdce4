-- vars: txn.run
-- twice: yes
-- args3: txn.id32=txn.id32
-- request: /
-- request: /
core.register_action("privates", {"http-req"}, function(txn)
  local p = txn:get_priv()
  if not p then
    txn:set_priv({n = 1, list = {"a", true, 2.5}})
    txn:set_var("txn.run", "first")
    return
  end
  p.n = p.n + 1
  txn:set_var("txn.run", p.n .. p.list[1] .. tostring(p.list[2]) .. p.list[3] .. tostring(txn:get_priv() == p))
end)
