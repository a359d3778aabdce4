// Package spop speaks SPOP 2.0, the protocol that HAProxy's SPOE filter asks
// agents with, as doc/SPOE.txt of HAProxy 2.6 to 3.5 describes it. It has the
// agent's side (Server) and HAProxy's side (Client, ClientConn), and depends on
// the standard library alone. Package spoptest is a HAProxy for tests.
//
// # A conversation
//
//	HAProxy                                    agent
//	   | -- HAPROXY-HELLO ----------------------> |
//	   | <---------------------- AGENT-HELLO ---- |   or AGENT-DISCONNECT
//	   | -- NOTIFY stream 1 frame 1 ------------> |
//	   | -- NOTIFY stream 3 frame 1 ------------> |   with "pipelining"
//	   | <------------- ACK stream 3 frame 1 ---- |   in any order
//	   | <------------- ACK stream 1 frame 1 ---- |
//	   | -- HAPROXY-DISCONNECT -----------------> |
//	   | <----------------- AGENT-DISCONNECT ---- |
//
// # Bytes
//
//	frame:   length(4, big endian) type(1) flags(4) stream-id(varint) frame-id(varint) payload
//	         the length counts what follows it
//	HELLO,
//	DISCONNECT: ( name value )*
//	NOTIFY:  ( name count(1) ( name value )* )*          a message each
//	ACK:     ( 1 3 scope(1) name value                   set-var
//	         | 2 2 scope(1) name                         unset-var
//	         | 0 0 )*                                    nothing, see ActionNoop
//	name:    length(varint) bytes
//	value:   type(1) and
//	         0 null   -                  5 uint64 varint
//	         1 bool   0x01 or 0x11       6 ipv4   4 bytes
//	         2 int32  varint, 64 bits    7 ipv6   16 bytes
//	         3 uint32 varint             8 string length(varint) bytes
//	         4 int64  varint, 64 bits    9 binary length(varint) bytes
//	varint:  below 240 one byte; else 1111llll and the rest, (v-240)>>4,
//	         in groups of 7 bits, low ones first, 128 less for each that goes on
//
// Fragmented frames are neither announced nor taken: they end the connection
// with status 10.
//
// # Memory
//
// A frame is not copied. Message, Arg and the string and binary Values that a
// Handler gets point into the connection's buffer, and are good until
// HandleNotify returns; what is kept longer must be copied. Names and values
// given to an Ack are copied at once. What Client.Notify returns belongs to its
// caller.
//
// # Goroutines
//
// A connection has one goroutine that reads, runs the Handler and writes what
// it answered, as many exchanges as a read brought at a time. An exchange that
// takes longer than Config.HandOverAfter, or that calls Exchange.HandOver,
// keeps its goroutine and its buffer while another goroutine reads on. So
// handlers run concurrently, for one connection too. One compare-and-swap
// decides whether the handler answers or, when the time is over, the server in
// its place: an exchange is answered once, always.
package spop
