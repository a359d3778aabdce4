//go:build unix

package modules

import (
	"errors"
	"os"
	"runtime"
	"syscall"
)

// mapping is a file in memory.
type mapping struct{ bytes []byte }

// maxMapped is how large a file may be.
const maxMapped = 4 << 30

// mapFile maps a file into memory. It stays there until nothing refers to the
// mapping.
func mapFile(f *os.File, size int64) (*mapping, error) {
	switch {
	case size == 0:
		return nil, errors.New("the file is empty")
	case size > maxMapped:
		return nil, errors.New("the file has more than 4 GiB")
	}
	b, err := syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, os.NewSyscallError("mmap", err)
	}
	m := &mapping{b}
	runtime.AddCleanup(m, func(b []byte) { _ = syscall.Munmap(b) }, b)
	return m, nil
}
