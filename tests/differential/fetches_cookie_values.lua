-- vars: txn.out
-- args: req.hdrs_bin=req.hdrs_bin
-- request: / Cookie:a=1;b=22;a=3
-- request: / Cookie:a=1;b=2 Cookie:a=7;c=3
-- request: / Cookie:a=1;a=
-- request: / Cookie:a= Cookie:a=5
-- request: / Cookie:a=
-- request: / Cookie:a=;b=
-- request: / Cookie:a
-- request: / Cookie:a=1,b=2
-- request: / Cookie:a="1;b=2";b=3;$a=6;\a=1
-- request: / Cookie:a="1\";b=2";b=3
-- request: / Cookie:a="1;b=2
-- request: / Cookie:=5;a=3
-- request: / Cookie:;;a=1;;b=2;
-- request: / Cookie:aa=1;a=2;A=3
-- request: / Cookie:a=b=2;c"=4;b=3
-- request: / Cookie:a"x=1;b";c=2
-- request: /
core.register_action("fetches_cookie_values", {"http-req"}, function(txn)
  local out, f = {}, txn.f
  for _, name in ipairs{"a", "b", "c", ""} do
    for _, fetch in ipairs{"cook", "req_cook", "cook_cnt", "req_cook_cnt"} do out[#out + 1] = tostring(f[fetch](f, name)) end
  end
  out[#out + 1] = tostring(f:cook()) .. " " .. tostring(f:cook_cnt()) .. " " .. tostring(f:cook_val("b"))
  txn:set_var("txn.out", table.concat(out, " "))
end)
