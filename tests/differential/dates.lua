-- vars: txn.out
-- args: path=path
-- request: /

local texts = {
  "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
  "Sunday, 06-Nov-30 08:49:37 GMT", "Tue, 29 Feb 2028 23:59:59 GMT", "sun, 06 nov 1994 08:49:37 gmt",
  "Sun, 6 Nov 1994 08:49:37 GMT", "", "yesterday", "Sun, 06 Nov 1994 08:49:37 +0000", "Mon, 06 Nov 1994 08:49:37 GMT",
  "Sun, 06 Nov 1994 08:49:37.5 GMT", "Sun Nov 16 08:49:37 1994",
}
core.register_action("dates", {"http-req"}, function(txn)
  local out = {}
  for _, text in ipairs(texts) do
    for _, name in ipairs({"http_date", "imf_date", "rfc850_date", "asctime_date"}) do
      out[#out + 1] = tostring(core[name](text))
    end
  end
  local now = core.now()
  out[#out + 1] = math.type(now.sec) .. math.type(now.usec) .. tostring(now.usec < 1000000) .. tostring(now.sec == core.now().sec)
  txn:set_var("txn.out", table.concat(out, " "))
end)
