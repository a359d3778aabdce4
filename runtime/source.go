package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// folder is one place that scripts, the modules that they require and the data
// files that they read come from.
type folder struct {
	// show stands in front of the names of the folder's files in messages.
	show string
	// only is the one script to load, or "" for all of the folder.
	only string
	// modules says that there are no scripts to load, only what they require and read.
	modules bool
	// disk is the folder's path, or "" for an embedded one.
	disk string
	// files is set for an embedded folder.
	files fs.FS
}

// source is one script of a load: its bytes and the name that messages show.
type source struct {
	show string // unique
	base string // file name, by which scripts are ordered
	text []byte
}

// foldersOf returns the folders behind the paths of the user, each a folder
// or a Lua file.
func foldersOf(paths []string) ([]folder, error) {
	var folders []folder
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, whereabouts(p, err)
		}
		f := folder{show: filepath.ToSlash(filepath.Clean(p)), disk: p}
		if !info.IsDir() {
			f.disk, f.only = filepath.Split(p)
			f.disk = filepath.Clean(f.disk)
			f.show = filepath.ToSlash(f.disk)
		}
		folders = append(folders, f)
	}
	return folders, nil
}

// whereabouts says of a path of the user that is not there where it was looked for.
func whereabouts(file string, err error) error {
	dir, cwd := os.Getwd()
	switch {
	case !errors.Is(err, fs.ErrNotExist):
		return withoutCall(err)
	case strings.Contains(file, ","):
		return fmt.Errorf("%w: a flag that may be repeated takes one path each time", withoutCall(err))
	case !filepath.IsAbs(file) && cwd == nil:
		return fmt.Errorf("%w in %s", withoutCall(err), dir)
	}
	return withoutCall(err)
}

// withoutCall takes the name of the system call off an error.
func withoutCall(err error) error {
	if system, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", system.Path, system.Err)
	}
	return err
}

// moduleFolders returns the folders at the paths of the user that scripts require
// modules from, and read data from.
func moduleFolders(paths []string) ([]folder, error) {
	folders, err := foldersOf(paths)
	if err != nil {
		return nil, fmt.Errorf("modules: %w", err)
	}
	for i := range folders {
		f := &folders[i]
		if f.only != "" {
			return nil, fmt.Errorf("modules: %s is a file, not a folder", paths[i])
		}
		f.modules = true
	}
	return folders, nil
}

// embeddedFolders returns the folders below the root of files.
func embeddedFolders(files fs.FS) ([]folder, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("embedded scripts: %w", err)
	}
	var folders []folder
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		sub, err := fs.Sub(files, e.Name())
		if err != nil {
			return nil, fmt.Errorf("embedded scripts: %w", err)
		}
		folders = append(folders, folder{show: "embedded/" + e.Name(), files: sub})
	}
	return folders, nil
}

// name returns the name that messages show for a file of the folder.
func (f *folder) name(file string) string {
	if f.show == "." {
		return file
	}
	return path.Join(f.show, file)
}

// holds reports whether name is what messages show for a file below the folder.
func (f *folder) holds(name string) bool {
	if f.show == "." {
		return !path.IsAbs(name) && !strings.HasPrefix(name, "../")
	}
	return strings.HasPrefix(name, strings.TrimSuffix(f.show, "/")+"/")
}

// scripts returns the names of the files to load, in file-name order.
func (f *folder) scripts() ([]string, error) {
	if f.modules {
		return nil, nil
	}
	if f.only != "" {
		return []string{f.only}, nil
	}
	entries, err := f.list()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if isScript(e.Name()) && !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// isScript tells a script from what editors leave beside it.
func isScript(name string) bool {
	return strings.HasSuffix(name, ".lua") && !strings.HasPrefix(name, ".")
}

func (f *folder) list() ([]fs.DirEntry, error) {
	if f.files != nil {
		return fs.ReadDir(f.files, ".")
	}
	return os.ReadDir(f.disk)
}

// readScript reads a file that the operator has put there. It may be a link
// to anywhere, and what was named by itself may be a pipe.
func (f *folder) readScript(file string) ([]byte, error) {
	if f.files != nil {
		return fs.ReadFile(f.files, file)
	}
	if f.only == "" {
		if err := f.regular(file, os.Stat, f.path(file)); err != nil {
			return nil, err
		}
	}
	return os.ReadFile(f.path(file))
}

// regular is an error for what may wait for ever to be read, as pipes do, or never
// end.
func (f *folder) regular(file string, stat func(string) (fs.FileInfo, error), where string) error {
	info, err := stat(where)
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		err = fmt.Errorf("%s is no regular file", f.name(file))
	}
	return err
}

// path returns where the file lies on disk, or "" for an embedded one.
func (f *folder) path(file string) string {
	if f.files != nil {
		return ""
	}
	return filepath.Join(f.disk, file)
}

// read reads a file that a script names. It must lie below the folder, links
// included.
func (f *folder) read(file string) ([]byte, error) {
	if !fs.ValidPath(file) {
		return nil, fmt.Errorf("%q must be a path below the script's folder", file)
	}
	if f.files != nil {
		return fs.ReadFile(f.files, file)
	}
	root, err := os.OpenRoot(f.disk)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if err := f.regular(file, root.Stat, file); err != nil {
		return nil, err
	}
	return root.ReadFile(file)
}

// open opens a file that a script names, under the rules of read.
func (f *folder) open(file string) (*os.File, error) {
	if !fs.ValidPath(file) {
		return nil, fmt.Errorf("%q must be a path below the script's folder", file)
	}
	if f.files != nil {
		return nil, fmt.Errorf("%s: %w", f.name(file), fs.ErrNotExist) // what is embedded is no file of the system
	}
	root, err := os.OpenRoot(f.disk)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if err := f.regular(file, root.Stat, file); err != nil {
		return nil, err
	}
	return root.Open(file)
}
