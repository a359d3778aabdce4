-- vars: txn.out
-- args: path=path
-- request: /

local calls = require "lib.calls"
local list = {
  {"utime",784111777,"%Y-%m-%d %H:%M:%S"},{"utime","784111777","%a %b %j"},{"utime",784111777},{"utime",0,"%Y",3600},{"utime",784111777,"%H",-3600},{"utime","x","%Y"},{"utime",784111777,"%y %e %p %I %D %T %%"},
  {"utime",784111777,5},{"utime",784111777,""},{"utime",784111777,"%c"},{"utime",784111777,"%Z %z"},{"utime",784111777,"%H","1"},{"utime",true,"%H"},{"ltime",784111777,"%Y-%m-%d %M:%S"},{"ltime",784111777,"%Y",-3600},
  {"wt6","abc"},{"wt6",""},{"wt6","abc",1},{"wt6","abc",2},{"wt6","hello world",0},{"xxh32","abc"},{"xxh32","abc",5},{"xxh32","abc",-1},{"xxh64","abc"},{"xxh64","abc",5},{"xxh64","abcd"},{"xxh64","abc",-1},{"xxh3","abc"},{"xxh3","abc",5},{"xxh3","",0},{"xxh64","abc","5"},
  {"xxh64",("x"):rep(100),7},{"xxh32",("x"):rep(100),7},{"xxh3",("x"):rep(300),7},
  {"crc32","abc",1},{"crc32c","abc",1},{"djb2","abc",1},{"sdbm","abc",1},{"crc32","abc","1"},
  {"neg","x"},{"neg","5x"},{"neg",""},{"neg","-3"},{"neg",true},{"neg","99999999999999999999"},{"bool","x"},{"bool","0"},{"not","x"},{"neg"," 3"},{"neg","+3"},
  {"add",5,3},{"add",5,"3"},{"add",5,"x"},{"add","5","3"},{"add",5,"txn.v"},{"sub",5,"3"},{"mul",5,"3"},{"div",5,"3"},{"div",5,"0"},{"div",-5,"0"},{"div",0,"0"},{"mod",5,"3"},{"and",5,"3"},{"or",5,"3"},{"xor",5,"3"},{"add",5},{"add","x","3"},{"add",true,"3"},
  {"add",math.maxinteger,"1"},{"add",math.mininteger,"-1"},{"sub",math.mininteger,"1"},{"sub",math.maxinteger,"-1"},{"mul",math.maxinteger,"2"},{"mul",math.mininteger,"-1"},{"mul",math.mininteger,"2"},{"mul",math.maxinteger,"-2"},{"mul",-3,"-4"},{"div",math.mininteger,"-1"},{"div",-7,"2"},{"mod",-7,"2"},{"mod",5,"0"},{"mod",math.mininteger,"-1"},
  {"add",5,"-3"},{"add",5,"txn.none"},{"add",5,"txn.x"},{"add",5,"3x"},{"add",5,""},{"add",5," 3"},{"add",5,"0x10"},{"add",1.5,"1"},{"and",-1,"255"},{"xor",5,"txn.v"},{"add",5,"a.b"},{"sub","",  "1"},
  {"iif",true,"y","n"},{"iif",false,"y","n"},{"iif",1,"y","n"},{"iif","x","y","n"},{"iif",0,"y","n"},{"iif","1","y","n"},{"iif",1,"y"},{"iif","","y","n"},{"iif","2x","y","n"},{"iif",nil,"y","n"},{"iif",1,2,3},{"iif",1,"",""},{"iif","-1","y","n"},
}
core.register_action("converters_numbers", {"http-req"}, function(txn)
  calls.set(txn)
  local out = calls.results(txn, list)
  txn:set_var("txn.out", table.concat(out, " "))
end)
