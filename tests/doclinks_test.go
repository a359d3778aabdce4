package tests

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	docFence   = regexp.MustCompile("(?ms)^```.*?^```$")
	docLink    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	docHeading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	docCode    = regexp.MustCompile("`[^`]*`")
	notInSlug  = regexp.MustCompile(`[^\w\- ]`)
)

// docPages returns the text of all Markdown files without their blocks, by path.
func docPages(t *testing.T) map[string]string {
	t.Helper()
	pages := make(map[string]string)
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != ".":
			return fs.SkipDir
		case !strings.HasSuffix(name, ".md"):
			return nil
		}
		text, err := os.ReadFile(filepath.Join("..", name))
		pages[name] = docFence.ReplaceAllString(string(text), "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// slugs returns the anchors of a page's headings.
func slugs(text string) map[string]bool {
	all := make(map[string]bool)
	for _, m := range docHeading.FindAllStringSubmatch(text, -1) {
		all[strings.ReplaceAll(notInSlug.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-")] = true
	}
	return all
}

// TestDocLinks follows the links between the documents, to their headings too.
func TestDocLinks(t *testing.T) {
	t.Parallel()
	pages, links := docPages(t), 0
	for name, text := range pages {
		for _, m := range docLink.FindAllStringSubmatch(text, -1) {
			file, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(file, "://") {
				continue
			}
			links++
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			if _, err := os.Stat(filepath.Join("..", target)); err != nil {
				t.Errorf("%s: %s leads nowhere", name, m[1])
			} else if anchor != "" && !slugs(pages[target])[anchor] {
				t.Errorf("%s: %s has no heading %s", name, target, anchor)
			}
		}
	}
	if links < 50 {
		t.Errorf("found %d links only", links)
	}
}

// TestDocTables holds the rows of each table to as many columns as its head has,
// and to an empty line in front, without which it is shown as text.
func TestDocTables(t *testing.T) {
	t.Parallel()
	for name, text := range docPages(t) {
		columns, before := 0, ""
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if !strings.HasPrefix(line, "|") {
				columns, before = 0, line
				continue
			}
			n := strings.Count(docCode.ReplaceAllStringFunc(line, func(code string) string {
				return strings.ReplaceAll(code, `\|`, "")
			}), "|")
			switch {
			case columns == 0 && before != "":
				t.Errorf("%s: no empty line in front of the table %s", name, line)
			case columns != 0 && n != columns:
				t.Errorf("%s: %d columns in place of %d: %s", name, n-1, columns-1, line)
			}
			columns, before = n, line
		}
	}
}
