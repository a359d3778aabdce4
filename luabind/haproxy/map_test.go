package haproxy

import (
	"strings"
	"testing"
)

func TestMap(t *testing.T) {
	for _, c := range []struct{ name, method, file, key, want string }{
		{"the first of two wins", "str", "a 1\na 2\n", "a", "1"},
		{"the value is the rest of the line", "str", "a  b # c \t\n", "a", "b # c"},
		{"blanks before the key", "str", " \ta b\n", "a", "b"},
		{"a comment begins in column 1", "str", " #a b\n", "#a", "b"},
		{"a comment", "str", "#a b\n", "#a", "none"},
		{"an empty value", "str", "a\n", "a", ""},
		{"no end of line", "str", "a b", "a", "b"},
		{"carriage return", "str", "a b\r\n", "a", "b"},
		{"longest beginning", "beg", "a 1\nabc 2\nab 3\n", "abx", "3"},
		{"a part, in file order", "sub", "b 1\nab 2\n", "xaby", "1"},
		{"end", "end", ".org 1\n", "example.org", "1"},
		{"directory", "dir", "/app/ 1\n", "/x/app?y", "1"},
		{"not a directory", "dir", "app 1\n", "/apple", "none"},
		{"second occurrence", "dir", "app 1\n", "/apple/app", "1"},
		{"domain", "dom", "example.org 1\n", "www.example.org:80", "1"},
		{"not a domain", "dom", "example.org 1\n", "notexample.org", "none"},
		{"regex", "reg", "^/[0-9]+$ 1\n", "/42", "1"},
		{"longest prefix", "ip", "10.0.0.0/8 1\n10.1.0.0/16 2\n", "10.1.2.3", "2"},
		{"host bits do not count", "ip", "10.9.9.9/8 1\n", "10.1.2.3", "1"},
		{"IPv4 in IPv6", "ip", "10.0.0.0/8 1\n", "::ffff:10.1.2.3", "1"},
		{"IPv6 for IPv4", "ip", "::ffff:10.0.0.0/104 1\n", "10.1.2.3", "1"},
		{"mask", "ip", "172.16.0.0/255.240.0.0 1\n", "172.31.0.1", "1"},
		{"no address", "ip", "10.0.0.0/8 1\n", "x", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := newPatternMap(c.method, newMapFile([]byte(c.file)).live)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := m.find(c.key)
			if !ok {
				got = "none"
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestMapRanges(t *testing.T) {
	m, err := newPatternMap("int", newMapFile([]byte("5 a\n10:20 b\n30-40 c\n:-7 d\n100: e\n-5--3 f\n")).live)
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int64]string{5: "a", 10: "b", 20: "b", 35: "c", -100: "d", -4: "f", 1 << 40: "e", 50: ""} {
		if got, _ := m.findInt(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestMapErrors(t *testing.T) {
	for _, c := range []struct{ method, file, want string }{
		{"int", "\nx y\n", "line 2: 'x' is not a number"},
		{"ip", "nothing\n", "line 1: 'nothing' is no address"},
		{"ip", "1.2.3.4/255.0.255.0\n", "has holes"},
		{"reg", "(a)\\1\n", "line 1: regex"},
	} {
		if _, err := newPatternMap(c.method, newMapFile([]byte(c.file)).live); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: got error %v, want %q", c.method, c.file, err, c.want)
		}
	}
}

// TestMapChanges changes a file behind each of its methods.
func TestMapChanges(t *testing.T) {
	for _, c := range []struct{ method, file, key, lookup string }{
		{"str", "", "a", "a"}, {"beg", "", "a", "ab"}, {"sub", "b 0\n", "a", "xa"}, {"dir", "", "/a/", "/x/a"}, {"dom", "", "a", "x.a"},
		{"end", "", "a", "xa"}, {"reg", "", "^a", "ab"}, {"ip", "", "10.0.0.0/8", "10.1.2.3"}, {"int", "", "1:5", "3"},
	} {
		t.Run(c.method, func(t *testing.T) {
			var s Store
			f := s.file("x", []byte(c.file))
			v, err := f.view(c.method)
			if err != nil {
				t.Fatal(err)
			}
			find := func() string {
				got, ok := v.findInt(3)
				if c.method != "int" {
					got, ok = v.find(c.lookup)
				}
				if !ok {
					return "none"
				}
				return got
			}
			for _, value := range []string{"1", "2"} {
				if err := f.set(c.key, value); err != nil || find() != value {
					t.Errorf("got %q, %v after the value %s", find(), err, value)
				}
			}
			if s.file("x", []byte(c.file)) != f || s.file("x", []byte("other")) == f {
				t.Error("want the same file for the same bytes only")
			}
			if !f.remove(c.key) || f.remove(c.key) || find() != "none" {
				t.Errorf("got %q after the key was removed", find())
			}
		})
	}
	f := newMapFile(nil)
	if _, err := f.view("int"); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"", "x"} {
		if err := f.set(key, "1"); err == nil || f.live.first(key) != nil {
			t.Errorf("%q: got %v, want an error of the method and no entry", key, err)
		}
	}
}

// FuzzHeaders must end and must not panic.
func FuzzHeaders(f *testing.F) {
	f.Add([]byte("\x04host\x0bexample.org\x00\x00"))
	f.Add([]byte("\xf0\xff\xff\xff\xff\xff\xff\xff\xff\x01a"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		for range headers(b) {
			continue
		}
	})
}

// FuzzMap reads any file.
func FuzzMap(f *testing.F) {
	for _, method := range mapMethods[:firstUnusable] {
		f.Add(method, []byte("a b\n- c\n/ d\n"), "a")
	}
	f.Fuzz(func(_ *testing.T, method string, file []byte, key string) {
		if m, err := newPatternMap(method, newMapFile(file).live); err == nil {
			m.find(key)
			m.findInt(int64(len(key)))
		}
	})
}
