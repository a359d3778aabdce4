//go:build unix

package spop_test

import (
	"bufio"
	"fmt"
	"net"
	"runtime"
	"syscall"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// BenchmarkIdleConnections is one busy connection beside many that have had one
// answer and are silent: the cost of a message should not depend on their
// number. It reports the processor time of a message, its peer's part too, and
// what each idle connection takes of the heap and of stacks.
func BenchmarkIdleConnections(b *testing.B) {
	for _, n := range []int{0, 100, 1000, 5000} {
		b.Run(fmt.Sprint("idle/", n), func(b *testing.B) { benchIdle(b, n) })
	}
}

func benchIdle(b *testing.B, idle int) {
	addr := benchAgent(b)
	hello := (&spop.HaproxyHello{Versions: "2.0", MaxFrameSize: 16380, Capabilities: "pipelining"}).Append(nil)
	burst := benchBurst(16)
	before := memoryInUse()
	for range idle {
		fd := rawPeer(b, addr.(*net.TCPAddr))
		defer syscall.Close(fd)
		rawAsk(b, fd, hello)
		rawAsk(b, fd, burst[:len(burst)/16])
	}
	after := memoryInUse()
	nc, err := net.Dial("tcp", addr.String())
	if err != nil {
		b.Fatal(err)
	}
	defer nc.Close()
	r := bufio.NewReaderSize(nc, 64<<10)
	buf := make([]byte, 16384)
	benchWrite(b, nc, hello)
	benchRead(b, r, buf)
	began := processorTime(b)
	n := 0
	for b.Loop() {
		benchWrite(b, nc, burst)
		for range 16 {
			benchRead(b, r, buf)
		}
		n += 16
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/message")
	b.ReportMetric(float64(processorTime(b)-began)/float64(n), "cpu-ns/message")
	if idle > 0 {
		b.ReportMetric(float64(after.heap-before.heap)/float64(idle), "heap-B/conn")
		b.ReportMetric(float64(after.stack-before.stack)/float64(idle), "stack-B/conn")
	}
}

// benchBurst returns n NOTIFYs.
func benchBurst(n int) []byte {
	var burst []byte
	for i := range n {
		start := len(burst)
		burst = spop.BeginFrame(burst, spop.Header{Type: spop.FrameNotify, Flags: spop.FlagFin, StreamID: uint64(2*i + 1), FrameID: 1})
		burst = spop.EndFrame(append(burst, typicalMessage()...), start)
	}
	return burst
}

type memory struct{ heap, stack int64 }

// memoryInUse returns what is in use after a collection.
func memoryInUse() memory {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return memory{int64(m.HeapAlloc), int64(m.StackInuse)}
}

// processorTime returns what the process has used, in nanoseconds.
func processorTime(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// rawPeer connects to addr without any of Go's memory.
func rawPeer(b *testing.B, addr *net.TCPAddr) int {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		b.Fatal(err)
	}
	to := &syscall.SockaddrInet4{Port: addr.Port, Addr: [4]byte(addr.IP.To4())}
	if err := syscall.Connect(fd, to); err != nil {
		b.Fatal(err)
	}
	return fd
}

// rawAsk sends a frame and reads what comes first of the answer.
func rawAsk(b *testing.B, fd int, frame []byte) {
	if _, err := syscall.Write(fd, frame); err != nil {
		b.Fatal(err)
	}
	if _, err := syscall.Read(fd, make([]byte, 256)); err != nil {
		b.Fatal(err)
	}
}
