-- vars: txn.out
-- args: path=path
-- request: /

local tokens = {
  rs = "eyJhbGciOiAiUlMyNTYifQ.eyJzdWIiOiJhIn0.QpcHZh9IFVHf4ajo3xnMy4Bx-wZKxk4x2hqG-w3mgT49G-wSlqiZd3HqnELn2PnrL9CX8D--Pc-yEaqn7VS1zD1Xx0MKDwLLyiVmIH6GdqgNHCepwfne_Ow0b_q724hLd2qwrLcQY9cFGaA315hhrQp6wUJps_370NMoB_BW1FxWNFBy7Fse7tiiqiGAhCU0myF_CCr9K91NGlXvDJ0DNl5EjqBhUoi7IHF_fFGR2Zoi5NqAnqfeYil8kFFMlV5q8Am4MPiBxddYtzLl-B8aZvhjyjfOMg4mRc9kkLt_gFBP7GfNsF3n38r3_O-K_n2aMmFYpK4KOi3puqPR4lJJgw",
  es = "eyJhbGciOiAiRVMyNTYifQ.eyJzdWIiOiJhIn0.9XsRY1UXUDmONdD-DNMsLxxw7X1pmHiXQvFuxMuyA6YNpz8E7rrdsGZGfXqTy6JHt3aTGKiRISvgVzj8wPBB8w",
  esder = "eyJhbGciOiAiRVMyNTYifQ.eyJzdWIiOiJhIn0.MEUCIQD1exFjVRdQOY410P4M0ywvHHDtfWmYeJdC8W7Ey7IDpgIgDac_BO663bBmRn16k8uiR7d2kxiokSEr4Fc4_MDwQfM",
}
core.register_action("converters_jwt", {"http-req"}, function(txn)
  local out = {}
  local function try(token, algorithm, key)
    local ok, v = pcall(txn.c.jwt_verify, txn.c, token, algorithm, key)
    out[#out + 1] = algorithm .. " " .. key .. "=" .. (ok and tostring(v) or "error")
  end
  for _, token in ipairs{"rs", "es"} do
    for _, algorithm in ipairs{"RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "HS256"} do
      for _, key in ipairs{"jwt-rsa.pem", "jwt-ec.pem"} do try(tokens[token], algorithm, key) end
    end
  end
  local rs, es = tokens.rs, tokens.es
  try(tokens.esder, "ES256", "jwt-ec.pem") try(tokens.esder, "ES384", "jwt-rsa.pem")
  try(es:sub(1, -3), "ES256", "jwt-ec.pem") try(rs:sub(1, -2), "RS256", "jwt-rsa.pem") try(es:gsub("^e", "f"), "ES256", "jwt-ec.pem")
  try(rs, "RS256", "./jwt-rsa.pem") try(rs, "RS256", "none.pem") try(rs, "RS256", "words.map") try("a.b.c", "RS256", "none.pem") try("a.b", "RS256", "jwt-rsa.pem") try("a.b.", "ES256", "jwt-ec.pem")
  txn:set_var("txn.alg", "RS256") txn:set_var("txn.key", "jwt-rsa.pem")
  try(rs, "txn.alg", "jwt-rsa.pem") try(rs, "txn.alg", "txn.key") try(rs, "RS256", "txn.key") try(rs, "txn.none", "txn.key") try(rs, "RS256", "txn.none") try(rs, "txn.alg", "none.pem")
  try(rs, "none", "jwt-rsa.pem") try(rs, "RS", "jwt-rsa.pem") try(rs, "rs256", "jwt-rsa.pem")
  txn:set_var("txn.out", table.concat(out, " "))
end)
