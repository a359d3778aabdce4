package runtime

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// settle is how long the folders must be quiet before they are loaded: a
	// burst of saves is one reload, and a file is not read half written.
	settle = 50 * time.Millisecond
	// settleMax is how long an unending burst can hold a reload off.
	settleMax = 250 * time.Millisecond
	// pollEvery is how often the files are looked at in any case, for file
	// systems that report no changes.
	pollEvery = 2 * time.Second
)

// Watch reloads whenever a script, a module or a data file that was read has
// changed, until ctx ends. report is called after every reload that was tried.
// It watches folders rather than files, since editors and Kubernetes replace
// files by renaming, and looks at the files every 2 seconds besides, since
// some file systems report nothing.
func (r *Runtime) Watch(ctx context.Context, report func(gen *Generation, err error)) {
	events, stop := r.watchFolders()
	defer stop()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
			// It may fall into a save, so the folders must be quiet as well.
			if !events.settled(ctx) {
				return
			}
		case e := <-events.changes():
			if !events.matters(e) {
				continue
			}
			if !events.settled(ctx) {
				return
			}
		}
		gen, changed, err := r.ReloadIfChanged()
		if changed {
			report(gen, err)
		}
		events.follow()
	}
}

// folderEvents are the changes that the system reports below some folders.
// A nil *fsnotify.Watcher in it reports none.
type folderEvents struct {
	w     *fsnotify.Watcher
	paths []string
}

func (r *Runtime) watchFolders() (*folderEvents, func()) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		r.cfg.Log.Warn("the system does not report changes of files: they are looked for now and then", "every", pollEvery, "err", err)
		return &folderEvents{}, func() {}
	}
	e := &folderEvents{w: w}
	for _, p := range slices.Concat(r.cfg.Scripts, r.cfg.Modules) {
		e.paths = append(e.paths, filepath.Clean(p))
	}
	e.follow()
	var logging sync.WaitGroup
	logging.Go(func() {
		for err := range w.Errors {
			r.cfg.Log.Debug("watching files", "err", err)
		}
	})
	return e, func() {
		w.Close()
		logging.Wait()
	}
}

// matters reports whether an event is about one of the paths, or something
// below one, and not about a sibling of theirs.
func (e *folderEvents) matters(event fsnotify.Event) bool {
	if event.Op == fsnotify.Chmod {
		return false
	}
	name := filepath.Clean(event.Name)
	for _, p := range e.paths {
		below := p + string(filepath.Separator)
		if name == p || strings.HasPrefix(name, below) || e.besides(name, p) {
			return true
		}
	}
	return false
}

// besides reports whether name lies in the folder of p, which is a script: it
// may be a module or a data file of that script's.
func (e *folderEvents) besides(name, p string) bool {
	return isScript(filepath.Base(p)) && strings.HasPrefix(name, filepath.Dir(p)+string(filepath.Separator))
}

func (e *folderEvents) changes() <-chan fsnotify.Event {
	if e.w == nil {
		return nil
	}
	return e.w.Events
}

// follow watches the folders behind the paths and those below them. Folders
// that are watched already stay so; those that are gone drop out by themselves.
func (e *folderEvents) follow() {
	if e.w == nil {
		return
	}
	for _, p := range e.paths {
		_ = e.w.Add(filepath.Dir(p)) // p itself may be replaced
		info, err := os.Stat(p)
		if err != nil || !info.IsDir() {
			continue
		}
		_ = filepath.WalkDir(p, func(dir string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return nil //nolint:nilerr // what cannot be read is polled
			}
			if dir != p && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			_ = e.w.Add(dir)
			return nil
		})
	}
}

// settled waits until no change has been reported for a while. It returns
// false when ctx ends first.
func (e *folderEvents) settled(ctx context.Context) bool {
	quiet := time.NewTimer(settle)
	defer quiet.Stop()
	limit := time.NewTimer(settleMax)
	defer limit.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-quiet.C:
			return true
		case <-limit.C:
			return true
		case event := <-e.changes():
			if e.matters(event) {
				quiet.Reset(settle)
			}
		}
	}
}
