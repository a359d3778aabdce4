-- vars: txn.out txn.i txn.f txn.neg txn.s txn.num txn.b txn.n txn.t txn.gone txn.dotted.name req.r sess.s
-- args: path=path txn.before=var(txn.before)
-- before: txn.before str(set-before)
-- request: /

core.register_action("variables", {"http-req"}, function(txn)
  local out = {}
  local function add(...)
    for _, v in ipairs({...}) do out[#out + 1] = math.type(v) or type(v) out[#out + 1] = tostring(v) end
  end
  add(txn:set_var("txn.i", 42), txn:set_var("txn.neg", -7), txn:set_var("txn.f", 2.5))
  add(txn:set_var("txn.s", "a b"), txn:set_var("txn.num", "0017"), txn:set_var("txn.b", true))
  add(txn:set_var("txn.n", nil), txn:set_var("txn.t", {}), txn:set_var("txn.dotted.name", 1))
  add(txn:set_var("req.r", "r"), txn:set_var("sess.s", "s"), txn:set_var("txn.ifexist", 1, true))
  add(txn:set_var("bad", 1), txn:set_var("txn.a-b", 1), txn:set_var("foo.x", 1), txn:set_var("txn.", 1))
  add(txn:get_var("txn.i"), txn:get_var("txn.f"), txn:get_var("txn.s"), txn:get_var("txn.num"))
  add(txn:get_var("txn.b"), txn:get_var("txn.n"), txn:get_var("txn.t"))
  add(txn:get_var("txn.before"), tostring(txn:get_var("txn.never")), tostring(txn:get_var("bad.x")))
  add(tostring(txn:get_var("bad")))
  txn:set_var("txn.gone", 1)
  add(txn:unset_var("txn.gone"), tostring(txn:get_var("txn.gone")), txn:unset_var("txn.never"))
  add(txn:unset_var("nope.x"), (pcall(txn.set_var, txn, "txn.x")), (pcall(txn.get_var, txn)))
  txn:set_var("txn.out", table.concat(out, " "))
end)
