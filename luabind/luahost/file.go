package luahost

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// file is what a Lua file stands for: C's FILE over Go's readers and writers.
type file struct {
	r         io.Reader
	w         io.Writer
	s         io.Seeker // nil for what cannot seek
	c         io.Closer
	br        *bufio.Reader
	bw        *bufio.Writer
	buffering byte // 'n', 'l' or 'f', as setvbuf has it; 0 is 'f'
	standard  bool // cannot be closed
	closed    bool
	before    func() error // runs before the file is read or written
	wait      func() exit  // of a process, after the file is closed
}

// exit is how a process has ended.
type exit struct {
	ok   bool
	what string
	code int
}

var (
	errBadFile = errors.New("not open for this")
	errNoSeek  = errors.New("cannot seek")
)

// reader returns the buffered reader; what was written comes first.
func (f *file) reader() (*bufio.Reader, error) {
	if f.r == nil {
		return nil, errBadFile
	}
	if err := f.prepare(); err != nil {
		return nil, err
	}
	if err := f.flush(); err != nil {
		return nil, err
	}
	if f.br == nil {
		f.br = bufio.NewReader(f.r)
	}
	return f.br, nil
}

func (f *file) prepare() error {
	if f.before == nil {
		return nil
	}
	return f.before()
}

// unread takes the bytes back that were read ahead, so that the next write or
// seek starts where the script has read to.
func (f *file) unread() error {
	if f.br == nil || f.s == nil || f.br.Buffered() == 0 {
		return nil
	}
	_, err := f.s.Seek(int64(-f.br.Buffered()), io.SeekCurrent)
	f.br.Reset(f.r)
	return err
}

func (f *file) writeString(s string) error {
	if f.w == nil {
		return errBadFile
	}
	if err := f.prepare(); err != nil {
		return err
	}
	if err := f.unread(); err != nil {
		return err
	}
	if f.bw == nil {
		f.bw = bufio.NewWriter(f.w)
	}
	if _, err := f.bw.WriteString(s); err != nil {
		return f.broken(err)
	}
	if f.buffering == 'n' || f.buffering == 'l' && strings.Contains(s, "\n") {
		return f.flush()
	}
	return nil
}

func (f *file) flush() error {
	if f.bw == nil {
		return nil
	}
	return f.broken(f.bw.Flush())
}

// broken forgets what could not be written: the writer would fail for ever.
func (f *file) broken(err error) error {
	if err != nil {
		f.bw.Reset(f.w)
	}
	return err
}

func (f *file) seek(offset int64, whence int) (int64, error) {
	if f.s == nil {
		return 0, errNoSeek
	}
	if err := f.flush(); err != nil {
		return 0, err
	}
	if err := f.unread(); err != nil {
		return 0, err
	}
	return f.s.Seek(offset, whence)
}

func (f *file) close() error {
	f.closed = true
	err := f.flush()
	if f.c != nil {
		err = errors.Join(err, f.c.Close())
	}
	return err
}
