package haproxy

// Store is what all VMs of a process share for HAProxy's API, and what outlives
// reloads: the values of txn:set_priv. The zero value is empty and ready for use
// by any number of goroutines. It must not be copied.
type Store struct {
	streams streams
}
