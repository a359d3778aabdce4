-- vars: txn.out
-- args: path=path
-- request: /

local calls = require "lib.calls"
local N, K, T = "MDEyMzQ1Njc4OTAx", "MDEyMzQ1Njc4OTAxMjM0NQ==", "83fFo4VeGFjgHDzB4cCk5A=="
local list = {
  {"param","a=1&b=2","b"},{"param","a=1&b=2","c"},{"param","a=1;b=2","b",";"},{"param","a=&b","a"},{"param","a=&b","b"},{"param","","b"},{"param","ab=1&b=2","b"},{"param","a=1&b=2"},{"param","b=x%20y","b"},
  {"param","a=1&a=2","a"},{"param","a&b=1","a"},{"param","&a=1","a"},{"param","a=1&b=2","B"},{"param","a=1&&b=2","b"},{"param","xb=1","b"},{"param","a=1;b=2","b",";&"},{"param","a=1","",""},
  {"rfc7239_is_valid","for=1.2.3.4"},{"rfc7239_is_valid","x"},{"rfc7239_is_valid","for=\"[::1]:80\";proto=https;host=a.b;by=_x"},{"rfc7239_is_valid",""},{"rfc7239_is_valid","for=unknown, for=_a;by=1.2.3.4:5"},{"rfc7239_is_valid","For=1.2.3.4;PROTO=HTTP"},{"rfc7239_is_valid","for=[::1]"},{"rfc7239_is_valid","proto=ftp"},{"rfc7239_is_valid","for=1.2.3.4;for=2"},{"rfc7239_is_valid","for=a.b"},
  {"rfc7239_is_valid","host=\"a.b:80\""},{"rfc7239_is_valid","x=y"},{"rfc7239_is_valid","for=1.2.3.4;"},{"rfc7239_is_valid","for=1.2.3.4; proto=http"},{"rfc7239_is_valid","for=1.2.3.4:80"},{"rfc7239_is_valid","for=\"1.2.3.4:80\""},{"rfc7239_is_valid","host=a:b"},{"rfc7239_is_valid","for=1.2.3.4,for=5.6.7.8"},{"rfc7239_is_valid","for=\"_x:_y\""},{"rfc7239_is_valid","for=1.2.3.4:99999"},{"rfc7239_is_valid","proto=\"https\""},
  {"rfc7239_field","for=1.2.3.4;proto=https","proto"},{"rfc7239_field","for=1.2.3.4;proto=https","for"},{"rfc7239_field","for=1.2.3.4","host"},{"rfc7239_field","for=1.2.3.4","zz"},{"rfc7239_field","for=1.2.3.4;by=\"[::1]:5\"","by"},{"rfc7239_field","for=a, for=b","for"},{"rfc7239_field","for=1.2.3.4, for=5.6.7.8;proto=http","for"},{"rfc7239_field","host=\"a.b:80\"","host"},{"rfc7239_field","x=1;for=1.2.3.4","for"},
  {"rfc7239_n2nn","127.0.0.1:80"},{"rfc7239_n2nn","\"[::1]:80\""},{"rfc7239_n2nn","_x"},{"rfc7239_n2nn","unknown"},{"rfc7239_n2nn","zz"},{"rfc7239_n2nn","[::1]:80"},{"rfc7239_n2nn","[::1]"},{"rfc7239_n2nn","1.2.3.4"},{"rfc7239_n2nn","_x:5"},{"rfc7239_n2nn","Unknown"},{"rfc7239_n2nn","1.2.3.4:_p"},
  {"rfc7239_n2np","127.0.0.1:80"},{"rfc7239_n2np","1.2.3.4:_p"},{"rfc7239_n2np","1.2.3.4"},{"rfc7239_n2np","[::1]:80"},{"rfc7239_n2np","_x:5"},{"rfc7239_n2np","unknown:_p"},{"rfc7239_n2np","1.2.3.4:"},
  {"json_query",'{"e":[1,2]}',"$.e"},{"json_query",'{"a":[]}',"$.a"},{"json_query",'[1, 2,3]',"$"},{"aes_gcm_dec","hello",192,N,K,T},
  {"x509_v_err_str",0},{"x509_v_err_str",10},{"x509_v_err_str","18"},{"x509_v_err_str",94},{"x509_v_err_str",95},{"x509_v_err_str",-1},{"x509_v_err_str","x"},{"x509_v_err_str",""},{"x509_v_err_str",true},{"x509_v_err_str",4294967306},{"x509_v_err_str",1,2},
  {"ms_utime",1784111777123,"%Y-%m-%d %H:%M:%S.%N %3N"},{"us_utime",1784111777123456,"%6N %1N %9N"},{"ms_utime",5,"%s"},{"ms_ltime",1784111777123,"%Y %3N",1000},{"us_ltime","7","%N"},{"ms_utime","","%N"},{"ms_utime",1},
  {"aes_gcm_enc","hello",128,N,K,"txn.tag"},{"aes_gcm_dec","s\xcc\xbdpk",128,N,K,"txn.tag"},
}
core.register_action("converters_since3", {"http-req"}, function(txn)
  calls.set(txn)
  local out = calls.results(txn, list)
  out[#out + 1] = calls.shown(txn:get_var("txn.tag"))
  txn:set_var("txn.out", table.concat(out, " "))
end)
