// Command nullagent answers every NOTIFY with one constant variable, and does
// nothing else: it reads, matches ids, and writes one batch of ACKs for each
// read. It is the limit that spoa-lua's speed is compared with in the same run.
package main

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/spoa-lua/spoa-lua/spop"
)

const (
	frameSize  = 65536
	bufferSize = 64 << 10
	lengthSize = 4
)

// answer is the payload of every ACK: set-var txn.score int32:5.
var answer = func() []byte {
	ack := spop.NewAck(frameSize)
	if err := ack.SetVar(spop.ScopeTransaction, "score", spop.Int32(5)); err != nil {
		panic(err)
	}
	return ack.Payload()
}()

func main() {
	listen := flag.String("listen", "127.0.0.1:9100", "listen at `ADDR`: HOST:PORT or unix:PATH")
	flag.Parse()
	l, err := spop.Listen(*listen)
	if err != nil {
		fmt.Fprintln(os.Stderr, "nullagent:", err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stderr, "nullagent: ready at", l.Addr())
	for {
		nc, err := l.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, "nullagent:", err)
			os.Exit(1)
		}
		go serve(nc) // ends with the connection
	}
}

// serve answers one connection until it ends.
func serve(nc net.Conn) {
	defer nc.Close()
	buf := make([]byte, bufferSize)
	out := make([]byte, 0, bufferSize)
	r, w := 0, 0
	for {
		n, err := nc.Read(buf[w:])
		if err != nil {
			return
		}
		w += n
		for w-r >= lengthSize {
			size := int(binary.BigEndian.Uint32(buf[r:]))
			if size > bufferSize-lengthSize {
				return
			}
			end := r + lengthSize + size
			if end > w {
				break
			}
			if out, err = reply(out, buf[r+lengthSize:end]); err != nil {
				return
			}
			r = end
		}
		w = copy(buf, buf[r:w])
		r = 0
		if _, err := nc.Write(out); err != nil {
			return
		}
		out = out[:0]
	}
}

var errGoodbye = errors.New("the peer disconnects")

// reply appends what answers frame.
func reply(out, frame []byte) ([]byte, error) {
	h, n, err := spop.ParseHeader(frame)
	switch {
	case err != nil:
		return out, err
	case h.Type == spop.FrameNotify:
		start := len(out)
		out = spop.BeginFrame(out, spop.Header{Type: spop.FrameAck, Flags: spop.FlagFin, StreamID: h.StreamID, FrameID: h.FrameID})
		return spop.EndFrame(append(out, answer...), start), nil
	case h.Type == spop.FrameHaproxyHello:
		hello, err := spop.ParseHaproxyHello(frame[n:])
		if err != nil {
			return out, err
		}
		mine, err := spop.Negotiate(hello, frameSize)
		return mine.Append(out), err
	case h.Type == spop.FrameHaproxyDisconnect:
		return out, errGoodbye
	}
	return out, io.ErrUnexpectedEOF
}
