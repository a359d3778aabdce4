package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"sync"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// cache keeps the modules and data files of a Generation as its first VM read
// them, so that every later VM is made of the same bytes.
type cache struct {
	mu      sync.Mutex
	read    *reading
	modules map[string]*luabind.Script
	missing map[string]*missingModuleError
	files   map[string][]byte
}

// missingModuleError is the error for a module without a file.
type missingModuleError struct {
	paths []string
	where string
	near  string // a folder that has it, or ""
}

// Error tells where the file could have been.
func (m *missingModuleError) Error() string {
	hint := "--modules FOLDER names another folder"
	if m.near != "" {
		hint = filepath.ToSlash(m.near) + " has it: --modules " + m.near
	}
	return fmt.Sprintf("no %s and no %s in %s; %s", m.paths[0], m.paths[1], m.where, hint)
}

// Is says that it is an error of a file that does not exist.
func (m *missingModuleError) Is(target error) bool { return target == fs.ErrNotExist }

func newCache(read *reading) *cache {
	return &cache{
		read: read, modules: make(map[string]*luabind.Script), missing: make(map[string]*missingModuleError),
		files: make(map[string][]byte),
	}
}

// module returns the compiled module that the script from requires by name.
func (c *cache) module(from, name string) (*luabind.Script, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := from + "\x00" + name
	if s := c.modules[key]; s != nil {
		return s, nil
	}
	if m := c.missing[key]; m != nil {
		return nil, m
	}
	for _, file := range modulePaths(name) {
		if path.IsAbs(file) {
			continue // of a name such as "../a": no path stands for its ends here
		}
		show, text, err := c.read.data(from, file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return c.compiled(key, show, text)
	}
	m := &missingModuleError{modulePaths(name), c.read.where(), c.read.nearby(modulePaths(name))}
	if len(c.missing) < maxMissing {
		c.missing[key] = m
	}
	return nil, m
}

// moduleFile returns the compiled module at a path that the script from has put
// into package.path.
func (c *cache) moduleFile(from, file string) (*luabind.Script, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := from + "\x00" + file + "\x00"
	if s := c.modules[key]; s != nil {
		return s, nil
	}
	show, text, err := c.read.data(from, file)
	if err != nil {
		return nil, err
	}
	return c.compiled(key, show, text)
}

func (c *cache) compiled(key, show string, text []byte) (*luabind.Script, error) {
	s, err := luabind.Compile(show, text)
	if err != nil {
		return nil, err
	}
	c.modules[key] = s
	return s, nil
}

// maxMissing bounds what scripts may have kept by requiring what is not there.
const maxMissing = 1000

// readFile returns the bytes of a data file that the script from reads.
func (c *cache) readFile(from, file string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := from + "\x00" + file
	if text, ok := c.files[key]; ok {
		return text, nil
	}
	_, text, err := c.read.data(from, file)
	if err != nil {
		return nil, err
	}
	c.files[key] = text
	return text, nil
}
