package haproxy

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestRules(t *testing.T) {
	for _, c := range []struct {
		name  string
		rules []string
		want  string
		count int
	}{
		{"verdict", VerdictRules("p", "3.0", false), `http-request deny if { var(txn.p.act) -m int 5 }`, 5},
		{"verdict of a response", VerdictRules("p", "3.0", true), `http-response deny deny_status 502 if { var(txn.p.act) -m int 5 7 }`, 4},
		{
			"reply", ReplyRules("p", "3.0", false, nil),
			`http-request return status 403 content-type text/plain lf-string "%[var(txn.p.reply_body)]" if { var(txn.p.reply) -m int 403 }`, len(Statuses) + 4,
		},
		{
			"cookies of a reply", ReplyHeaderRules("p", "3.2", []string{"Set-Cookie", "Location"}),
			`http-after-response add-header Set-Cookie "%[var(txn.p.reply_hdr_set_cookie_4)]" if { var(txn.p.reply_hdr_set_cookie_4) -m found }`, 7,
		},
		{
			"header", HeaderRules("p", "3.0", false, []string{"X-User.Name"}),
			`http-request set-header X-User.Name "%[var(req.p.hdr_x_user_name)]" if { var(req.p.hdr_x_user_name) -m found }`, 4,
		},
		{
			"header of a response", HeaderRules("p", "3.0", true, []string{"vary"}),
			`http-response unset-var(res.p.addhdr_vary) if { var(res.p.addhdr_vary) -m found }`, 4,
		},
		{
			"headers of any names", HeaderRules("p", "3.4", false, nil),
			`http-request del-headers-bin var(req.p.headers_del) if { var(req.p.headers_del) -m found }`, 4,
		},
		{
			"headers of a response of any names", HeaderRules("p", "3.4.7", true, []string{"vary"}),
			`http-response add-headers-bin var(res.p.headers_add) if { var(res.p.headers_add) -m found }`, 4,
		},
		{
			"headers of a reply of any names", ReplyHeaderRules("p", "3.4", []string{"Set-Cookie"}),
			`http-after-response add-headers-bin var(txn.p.reply_headers) if { var(txn.p.reply_headers) -m found }`, 3,
		},
		{"request", RequestRules("p", "3.0"), `http-request set-path "%[var(req.p.set_path)]" if { var(req.p.set_path) -m found }`, 4},
		{"status", StatusRules("p", "3.0"), `http-response set-status 503 if { var(res.p.set_status) -m int 503 }`, len(Statuses)},
		{"stream", StreamRules("p", "3.0", false), `http-request set-fc-mark var(txn.p.set_fc_mark) if { var(txn.p.set_fc_mark) -m found }`, 13},
		{"stream before 3.0", StreamRules("p", "2.6", false), `http-request set-log-level silent if { var(txn.p.set_loglevel) -m int -- -1 }`, 11},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !slices.Contains(c.rules, c.want) || len(c.rules) != c.count {
				t.Errorf("got %d rules\n%s\nwant %d, one of them\n%s", len(c.rules), strings.Join(c.rules, "\n"), c.count, c.want)
			}
		})
	}
}

// TestPageRules checks that the page has the rules for headers of any names.
func TestPageRules(t *testing.T) {
	page, err := os.ReadFile("../../doc/haproxy-lua.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range slices.Concat(HeaderRules("lua", "3.4", false, nil), ReplyHeaderRules("lua", "3.4", nil)) {
		if !strings.Contains(string(page), "`"+rule+"`") {
			t.Errorf("the page has no %s", rule)
		}
	}
	if !strings.Contains(string(page), HeaderListArgument) {
		t.Errorf("the page has no %s", HeaderListArgument)
	}
}
