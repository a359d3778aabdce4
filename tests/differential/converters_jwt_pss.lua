-- vars: txn.out
-- args: path=path
-- request: /

local tokens = {
  ps = "eyJhbGciOiAiUFMyNTYifQ.eyJzdWIiOiJhIn0.DciDT3ZlPrCMxd0K1VmofJ85O5u7bY3Z-E0sof4U4nh2W5W7dueACftjMuXn6qvmzgEJIYeS3qDi2jsJUu02OKm3ULVRSi8T-R7ScIda8tgZphBSgGYBhLViCCmtOqWPgm0Q870xhx6jAdHKgkza_rPFXuXbs-4OCecpSFlITsaTBkN0Xt5RyJaakSWnKkqRq0fYpq9KXuho_9uLuny7ShzNINDWAy5aC3ZdGZiwjTVa39gsRjAmSd7q8amVzPt7plhRAjKzxQtetk2pPgdTRc9MaQEaxS9nsd6NI9ZjIQx-TK7hPQmmIgZhLOUKm2pomCguywHObgrzP-ROf_N-UA",
  rs = "eyJhbGciOiAiUlMyNTYifQ.eyJzdWIiOiJhIn0.QpcHZh9IFVHf4ajo3xnMy4Bx-wZKxk4x2hqG-w3mgT49G-wSlqiZd3HqnELn2PnrL9CX8D--Pc-yEaqn7VS1zD1Xx0MKDwLLyiVmIH6GdqgNHCepwfne_Ow0b_q724hLd2qwrLcQY9cFGaA315hhrQp6wUJps_370NMoB_BW1FxWNFBy7Fse7tiiqiGAhCU0myF_CCr9K91NGlXvDJ0DNl5EjqBhUoi7IHF_fFGR2Zoi5NqAnqfeYil8kFFMlV5q8Am4MPiBxddYtzLl-B8aZvhjyjfOMg4mRc9kkLt_gFBP7GfNsF3n38r3_O-K_n2aMmFYpK4KOi3puqPR4lJJgw",
}
core.register_action("converters_jwt_pss", {"http-req"}, function(txn)
  local out = {}
  local function try(token, algorithm, key)
    local ok, v = pcall(txn.c.jwt_verify, txn.c, token, algorithm, key)
    out[#out + 1] = algorithm .. " " .. key .. "=" .. (ok and tostring(v) or "error")
  end
  for _, token in ipairs{"ps", "rs"} do
    for _, algorithm in ipairs{"PS256", "PS384", "PS512"} do
      for _, key in ipairs{"jwt-rsa.pem", "jwt-ec.pem"} do try(tokens[token], algorithm, key) end
    end
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
