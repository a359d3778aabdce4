// Package egress is the network of scripts: sockets and HTTP to the places that
// the operator allows.
//
// The rules look at the address that is really dialled, after names have been
// resolved: a name that changes its address between the check and the connection
// gains nothing.
package egress
