package haproxy

import (
	"sync"
	"weak"
)

// Store is what all VMs of a process share for HAProxy's API, and what outlives
// reloads: the values of txn:set_priv, and map files as scripts have changed them.
// The zero value is empty and ready for use by any number of goroutines. It must
// not be copied.
type Store struct {
	streams streams

	mu    sync.Mutex
	files map[fileKey]weak.Pointer[mapFile]
}
