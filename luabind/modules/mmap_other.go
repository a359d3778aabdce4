//go:build !unix

package modules

import (
	"io"
	"os"
)

// mapping is a file in memory.
type mapping struct{ bytes []byte }

// mapFile reads a file.
func mapFile(f *os.File, _ int64) (*mapping, error) {
	b, err := io.ReadAll(f)
	return &mapping{b}, err
}
