// Package luajson turns JSON texts into Lua values and back. It takes what RFC
// 8259 allows and nothing else, keeps integers of 64 bits exact, is bounded in
// depth, values and bytes, and ends when the VM's time is over. What differs
// between the JSON libraries of the Lua world is left to a [Decoder]'s and an
// [Encoder]'s fields.
package luajson
