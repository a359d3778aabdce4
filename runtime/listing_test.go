package runtime

import (
	"os"
	"path/filepath"
	"testing"
)

// TestListedFiles checks what a script finds by io.popen, and that another file
// that would be found means another load.
func TestListedFiles(t *testing.T) {
	t.Parallel()
	dir := folderOf(t, map[string]string{"a.lua": `
		local function ls(command)
			local names = {}
			for name in io.popen(command):lines() do names[#names + 1] = name end
			return table.concat(names, " ")
		end
		local path = "/etc/haproxy/locales/"
		COUNT = select(2, ls('ls "' .. path .. '"*.json'):gsub("%.json", ""))
		assert(ls('ls "' .. path .. '"en*.json') == "/etc/haproxy/locales/en.json")
		assert(io.open(ls "/bin/ls -1 locales/en.json 2>/dev/null"):read "a" == "{}")
		assert(ls "ls locales/":find "de.json en.json" and not ls "ls locales":find "hidden" and ls "ls './geo map'" == "./geo map")
		assert(ls [[ls geo\ map locales/d?.json]] == "geo map locales/de.json" and io.popen("ls locales"):close())
		for command, want in pairs {
			["rm -rf /"] = "scripts start no programs, so not 'rm -rf /'", ["hostname -f"] = "'hostname' are answered", ["ls"] = "'ls FILES'", ["ls -l ."] = "'ls FILES'", ["ls . | wc"] = "'ls FILES'",
			["ls $HOME"] = "'ls FILES'", ['ls "$(id)"'] = "'ls FILES'", ["ls 'x"] = "'ls FILES'", ["ls */x"] = "behind the last /",
			["ls ../*"] = "not exist", ["ls /etc/passwd"] = "put it there as passwd", ["ls no*.json"] = "not exist", ["ls [x"] = "not exist",
		} do
			local ok, err = pcall(io.popen, command)
			assert(not ok and err:find(want, 1, true), err)
		end
		assert(not pcall(io.popen, "ls .", "w"))
		local random = assert(io.open("/dev/urandom", "rb"))
		assert(#random:read(16) == 16 and random:read(16) ~= random:read(16) and random:close())
		assert(not pcall(function() return io.open("/dev/random"):read "a" end) and not io.open("/dev/urandom", "w"))
		assert(io.open(io.popen("pwd"):read("l") .. "/locales/de.json"):read("a") ~= nil and not pcall(io.popen, "pwd -P"))
		local handle = io.popen "/bin/hostname"
		assert(handle:read "*a":find "^[^\n]+\n$" and handle:close())
		spoa.on("m", function() assert(not pcall(io.popen, "ls .")) set_var("txn.n", COUNT) end)`,
		"geo map": "",
	})
	if err := os.Mkdir(filepath.Join(dir, "locales"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"en.json", "de.json", ".hidden.json"} {
		save(t, filepath.Join(dir, "locales", name), "{}")
	}
	cfg := Config{Scripts: []string{dir}}
	digest := func() string {
		gen, _, err := Check(cfg)
		if err != nil {
			t.Fatal(err)
		}
		return gen.Digest
	}
	before := digest()
	read := newReading(foldersIn(t, dir))
	whole := newReading(foldersIn(t, dir))
	for pattern, r := range map[string]*reading{"locales/*.json": read, "locales": whole} {
		if _, err := r.list(filepath.Join(dir, "a.lua"), pattern); err != nil {
			t.Fatal(err)
		}
	}
	if digest() != before || !sameListing(read) || !sameListing(whole) {
		t.Error("nothing has changed, but the files listed look so")
	}
	save(t, filepath.Join(dir, "locales", "fr.json"), "{}")
	if digest() == before || sameListing(read) || sameListing(whole) {
		t.Error("a file more among those listed, and nothing looks changed")
	}
}

func foldersIn(t *testing.T, dir string) []folder {
	t.Helper()
	folders, err := foldersOf([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	return folders
}

// sameListing reports whether all that was read would read the same.
func sameListing(r *reading) bool {
	for _, f := range r.noted() {
		if !f.looksSame() && !f.readsSame() {
			return false
		}
	}
	return true
}
