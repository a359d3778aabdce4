package lua54

import "fmt"

// Pos is a place in a chunk: lines and columns (in bytes) count from 1. The
// zero Pos means unknown.
type Pos struct {
	Line, Column int
}

// SyntaxError says why a chunk cannot be compiled, in the wording of PUC Lua
// 5.4 and with the place where the parser noticed.
type SyntaxError struct {
	Chunk        string
	Line, Column int
	Msg          string
}

// Error returns "chunk:line: message", the text that the load function of
// scripts returns.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d: %s", e.Chunk, e.Line, e.Msg)
}

// maxNear bounds the source text quoted in a message.
const maxNear = 400

// near appends the offending token's text to a message.
func near(msg, token string) string {
	if token == "" {
		return msg
	}
	if len(token) > maxNear {
		token = token[:maxNear] + "..."
	}
	return msg + " near " + token
}
