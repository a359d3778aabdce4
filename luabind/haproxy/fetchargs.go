package haproxy

import (
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// fetchKinds are the parameters of the fetches that the agent computes: the kinds of
// all, and how many of them there must be.
type fetchKinds struct {
	letters string
	min     int
}

// kindsOfFetch is nil for a fetch whose parameters the agent does not know.
func kindsOfFetch(name string) *fetchKinds {
	kinds, ok := fetchesOfKind[name]
	if !ok {
		return nil
	}
	return &kinds
}

var fetchesOfKind = func() map[string]fetchKinds {
	kinds := map[string]fetchKinds{}
	for letters, names := range map[string][]string{
		"": {"req_hdrs", "res_hdrs", "http_auth_type", "http_auth_user", "http_auth_pass", "hostname", "always_true", "always_false"},
		"s": {
			"hdr_cnt", "req_hdr_cnt", "req_fhdr_cnt", "res_hdr_cnt", "shdr_cnt", "res_fhdr_cnt", "req_hdr_names", "res_hdr_names",
			"req_cook", "cook", "req_cook_cnt", "cook_cnt", "req_cook_val", "cook_val", "req_cook_names", "res_cook", "scook", "res_cook_cnt",
			"scook_cnt", "res_cook_val", "scook_val", "res_cook_names", "http_auth_bearer",
		},
		"si": {
			"hdr", "req_hdr", "fhdr", "req_fhdr", "hdr_val", "req_hdr_val", "hdr_ip", "req_hdr_ip",
			"res_hdr", "shdr", "res_fhdr", "res_hdr_val", "shdr_val", "res_hdr_ip", "shdr_ip",
		},
		"ss":  {"req_body_param"},
		"sss": {"url_param", "urlp", "urlp_val"},
		"is":  {"date"},
		"i":   {"rand", "uuid"},
	} {
		for _, name := range names {
			kinds[name] = fetchKinds{letters: letters}
		}
	}
	for _, name := range []string{"str", "bool", "bin", "meth", "env"} {
		kinds[name] = fetchKinds{"s", 1}
	}
	kinds["int"] = fetchKinds{"i", 1}
	return kinds
}()

// check holds the arguments of a call to the kinds, none of which HAProxy converts.
func (k *fetchKinds) check(L *lua.LState) error {
	n := L.GetTop() - 1
	switch {
	case n < k.min:
		return errors.New("an argument is missing")
	case n > len(k.letters):
		return fmt.Errorf("%d arguments given, at most %d are allowed", n, len(k.letters))
	}
	for i := range n {
		switch _, isText := L.Get(i + 2).(lua.LString); {
		case k.letters[i] == kindString && !isText:
			return fmt.Errorf("argument %d must be a string", i+1)
		case k.letters[i] == kindInteger && isText:
			return fmt.Errorf("argument %d must be an integer", i+1)
		}
	}
	return nil
}
