package haproxy

import (
	"time"

	"github.com/spoa-lua/spoa-lua/luabind/xxhash"
	"github.com/spoa-lua/spoa-lua/spop"
)

// converters are those that exist, by their name in Lua.
var converters = map[string]converter{
	"lower":  onText("", 0, func(s string, _ params) (spop.Value, error) { return spop.String(lower(s)), nil }),
	"upper":  onText("", 0, func(s string, _ params) (spop.Value, error) { return spop.String(upper(s)), nil }),
	"length": onText("", 0, func(s string, _ params) (spop.Value, error) { return spop.Int64(int64(len(s))), nil }),
	"field":  onText("isi", 2, fieldOf),
	"word":   onText("isi", 2, wordOf),
	"bytes":  onVariables("ee", 1, bytesOf),
	"ltrim":  onText("s", 1, trimLeft),
	"rtrim":  onText("s", 1, trimRight),

	"base64":  onBytes("", 0, base64Encode),
	"b64dec":  onText("", 0, base64Decode),
	"ub64enc": onBytes("", 0, base64URLEncode),
	"ub64dec": onText("", 0, base64URLDecode),
	"hex":     onBytes("", 0, hexEncode),
	"hex2i":   onText("", 0, hexInteger),
	"url_dec": onText("i", 0, urlDecode),
	"url_enc": onText("s", 1, urlEncode),

	"be2dec": chunked(maxChunk, bigEndian),
	"le2dec": chunked(maxChunk, littleEndian),
	"be2hex": chunked(0, hexDigits),
	"base2":  onBytes("", 0, toBits),
	"htonl":  {convert: networkOrder},

	"crc32":  hash32(crc32Of),
	"crc32c": hash32(crc32cOf),
	"sha1":   onBytes("", 0, func(s string, _ params) (spop.Value, error) { return digestOf(s, "sha1") }),
	"sha2":   onBytes("i", 0, sha2Of),
	"digest": onBytes("s", 1, func(s string, p params) (spop.Value, error) { return digestOf(s, p.text(0, "")) }),
	"hmac":   onVariables("ss", 2, hmacOf),

	"neg":  onInteger(func(a int64) int64 { return -a }),
	"cpl":  onInteger(func(a int64) int64 { return ^a }),
	"bool": onTruth(func(a int64) bool { return a != 0 }),
	"not":  onTruth(func(a int64) bool { return a == 0 }),
	"odd":  onTruth(func(a int64) bool { return a&1 == 1 }),
	"even": onTruth(func(a int64) bool { return a&1 == 0 }),

	"djb2": shiftHash(5381, func(h, c uint32) uint32 { return h<<5 + h + c }),
	"sdbm": shiftHash(0, func(h, c uint32) uint32 { return c + h<<6 + h<<16 - h }),

	"ipmask":    {letters: "ee", min: 1, convert: ipMask},
	"http_date": {letters: "is", convert: httpDate},
	"date":      onText("", 0, secondsOf),

	"wt6":   hash32(wt6),
	"xxh32": seeded(xxh32),
	"xxh64": seeded(xxhash.Sum64),
	"xxh3":  seeded(xxhash.Sum3),

	"cut_crlf":   onText("", 0, cutLineEnd),
	"host_only":  onText("", 0, hostOnly),
	"port_only":  onText("", 0, portOnly),
	"param":      onText("ss", 1, parameterOf),
	"language":   onText("ss", 1, languageOf),
	"regsub":     onText("sss", 2, substitute),
	"json":       onText("s", 1, jsonEscape),
	"json_query": onText("ss", 1, jsonQuery),
	"utime":      timeAs(time.UTC, time.Second),
	"ltime":      timeAs(time.Local, time.Second),
	"ms_utime":   timeAs(time.UTC, time.Millisecond),
	"ms_ltime":   timeAs(time.Local, time.Millisecond),
	"us_utime":   timeAs(time.UTC, time.Microsecond),
	"us_ltime":   timeAs(time.Local, time.Microsecond),

	"rfc7239_is_valid": onText("", 0, forwardedIsValid),
	"rfc7239_field":    onText("s", 1, forwardedField),
	"rfc7239_n2nn":     onText("", 0, forwardedName),
	"rfc7239_n2np":     onText("", 0, forwardedPort),
	"rfc7239_nn":       onText("", 0, nodeOf),
	"rfc7239_np":       {convert: nodePort},

	"add": arithmetic(addInteger),
	"sub": arithmetic(subInteger),
	"mul": arithmetic(mulInteger),
	"div": arithmetic(divInteger),
	"mod": arithmetic(modInteger),
	"and": arithmetic(func(a, b int64) int64 { return a & b }),
	"or":  arithmetic(func(a, b int64) int64 { return a | b }),
	"xor": arithmetic(func(a, b int64) int64 { return a ^ b }),
	"iif": {letters: "ss", min: 2, convert: ifElse},

	"concat":        onVariables("sss", 1, concatenated),
	"add_item":      onVariables("sss", 2, withItem),
	"strcmp":        onVariables("s", 1, compared),
	"secure_memcmp": onVariables("s", 1, same),
	"set_var":       onVariables("sssss", 1, setVariable),
	"unset_var":     onVariables("s", 1, unsetVariable),

	"aes_gcm_dec":       onVariables("isss", 4, aesDecrypt),
	"aes_gcm_enc":       onVariables("isss", 4, aesEncrypt),
	"jwt_header_query":  tokenPart(0),
	"jwt_payload_query": tokenPart(1),
	"jwt_verify":        onVariables("ss", 2, tokenVerified),

	"debug":            onVariables("ss", 0, traced),
	"fix_is_valid":     onBytes("", 0, fixIsValid),
	"fix_tag_value":    onBytes("s", 1, fixTagValue),
	"has_ctl":          onBytes("s", 0, hasControl),
	"mqtt_is_valid":    onBytes("", 0, mqttIsValid),
	"mqtt_field_value": onBytes("ss", 2, mqttFieldValue),
	"x509_v_err_str":   {convert: verifyError},
}
