// Command spoa-lua is a SPOE agent for HAProxy whose policies are Lua files.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args, os.Stdin, os.Stdout, os.Stderr))
}
