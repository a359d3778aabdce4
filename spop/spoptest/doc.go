// Package spoptest is a fake HAProxy for tests of agents, and what it takes to
// run it without a network.
//
// Start serves a spop.Config on connections in memory, StartTCP on loopback.
// Agent.Peer connects a Peer to it: HAProxy's side of one connection, with
// every byte under the test's control. A Peer reads with a deadline, so that a
// broken agent fails its test and does not hang it, and holds the agent to one
// ACK per NOTIFY: see Peer.Settle.
//
// For another agent than package spop's, make a Peer with NewPeer over any
// net.Conn to it.
package spoptest
