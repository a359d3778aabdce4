package haproxy

import (
	"os"
	"strings"
	"testing"
)

// TestPage checks that the page names every converter and every fetch that is
// computed.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../doc/haproxy-lua.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range converters {
		if !strings.Contains(string(page), "`txn.c."+name+"`") {
			t.Errorf("the page does not know the converter %s", name)
		}
	}
	for name := range derived {
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("the page does not know the fetch %s", name)
		}
	}
}
