-- since: 3.2
-- vars: txn.out txn.set txn.more
-- request: /
-- request: /
local words, nets, own = Map.new("patterns.map"), Map.new("patterns-ip.map", Map._ip), Map.new("virt@patterns")
local top = core.get_patref("patterns.map")
local added = top:add("top", "1") -- while it is loaded, so once

core.register_action("patref", {"http-req"}, function(txn)
  local out = {}
  local function say(...)
    for i = 1, select("#", ...) do out[#out + 1] = tostring((select(i, ...))) end
  end
  local function fails(f, ...)
    local ok, result, why = pcall(f, ...)
    say(ok, ok and result, ok and type(why))
  end
  local function all(p)
    local list = {}
    for key, value in pairs(p) do list[#list + 1] = key .. "=" .. tostring(value) end
    return table.concat(list, ",")
  end
  local p = core.get_patref("patterns.map")
  p:purge() -- what the request before has left
  for _, pair in ipairs({{"a", "1"}, {"b", "2"}, {"a", "3"}, {"top", "1"}}) do p:add(pair[1], pair[2]) end

  say(added, p:get_name(), p:is_map(), all(p), p.a, p["b"], p.nosuch, p[1], type(p.add), p.add == top.add, p == top)
  fails(core.get_patref, "nosuch") fails(core.get_patref) fails(core.get_patref, nil) fails(core.get_patref, "patterns.map", 1)
  fails(p.add, {}, "a", "b") fails(p.add) fails(p.add, p, nil, "x") fails(p.add, p, true, "x") fails(p.add, p, "x", {})
  fails(p.set, p, "x") fails(p.del, p) fails(function() return p[true] end)
  p.foo = "1" say(p.foo)

  -- keys may be there several times; one without a value is found here only
  say(p:add("a", "4"), p:add(5, 6), p[5], p:add("bare"), p.bare, words:lookup("bare"), p:set("bare", "7"), p.bare, words:lookup("bare"), all(p))
  say(p:add("extra", "1", 2), p.extra, words:lookup("a"), p:set("a", "9"), all(p), words:lookup("a"))
  say(p:set("nosuch", "1")) say(p:set("nosuch", "1", false)) say(p:set("nosuch", "1", true, true))
  say(p:set("new", "1", true), p:set("new", 2, 1), p.new, p:del("new"), p:del("new"), p.new)
  say(p:del("a"), p.a, words:lookup("a"), p:add_bulk({x = "1"}), p:add_bulk({}), p.x, words:lookup("x"))
  for key in pairs(p) do p:del(key) end
  say(all(p), p:purge())

  -- what is prepared is seen when it is committed
  say(p:add("old", "1")) say(p:commit()) say(p:giveup()) say(p:prepare())
  say(p.old, words:lookup("old"), p:add("new", "1"), p.new, words:lookup("new"), all(p), p:set("old", "2"))
  say(p:set("old", "2", true), p:del("old"), p:del("old"), p:add_bulk({bulk = "1"}), top.old, top.new)
  core.set_map("patterns.map", "late", "1")
  say(all(p), words:lookup("late"), p:commit(), words:lookup("late"), words:lookup("new"), words:lookup("old"), all(p))
  p:prepare() p:add("lost", "1") p:giveup()
  say(top.lost, words:lookup("lost"), all(top))
  txn:set_var("txn.out", table.concat(out, " "))
  out = {}

  -- two at once: the one that was prepared last wins
  local a, b = core.get_patref("patterns.map"), core.get_patref("patterns.map")
  a:prepare() b:prepare() a:add("a", "1") b:add("b", "1")
  say(all(a), all(b), b:commit(), all(a), a:add("a2", "1"), b.a2) say(a:commit()) say(a:commit()) say(all(a))
  a:prepare() b:prepare() a:add("a", "1") b:add("b", "1")
  say(a:commit(), all(a), all(b), b:commit(), all(a))
  a:prepare() a:add("a", "1") b:purge() say(all(a), all(b), a:add("a2", "1"), a:commit(), all(b))
  txn:set_var("txn.set", table.concat(out, " "))
  out = {}

  -- what a method cannot read is not taken
  local n = core.get_patref("patterns-ip.map")
  n:del("10.0.0.0/8")
  local function refused(ok, why) say(ok, type(why)) end
  refused(n:add("nonsense", "1")) refused(n:add_bulk({nonsense = "1"})) refused(n:set("nonsense", "1", true)) say(n.nonsense)
  say(n:add("10.0.0.0/8", "1"), n["10.0.0.0/8"], n["10.1.1.1"], nets:lookup("10.1.1.1"), nets:lookup("192.0.2.1"))
  n:prepare() refused(n:add("nonsense", "1")) say(n:add("192.0.2.0/24", "x"), n:commit(), nets:lookup("10.1.1.1"), nets:lookup("192.0.2.1"))
  local v = core.get_patref("virt@patterns")
  say(v:get_name(), v:is_map(), v:purge(), v:add("1", "2"), own:lookup("1"))
  txn:set_var("txn.more", table.concat(out, " "))
end)
