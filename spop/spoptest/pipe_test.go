package spoptest_test

import (
	"errors"
	"io"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

func TestPipeCarriesAndEnds(t *testing.T) {
	near, far := spoptest.Pipe()
	if _, err := near.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	_ = near.CloseWrite()
	if got, err := io.ReadAll(far); string(got) != "hello" || err != nil {
		t.Errorf("far reads %q, %v", got, err)
	}
	if _, err := near.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("write behind CloseWrite: %v, want EPIPE", err)
	}
	if _, err := far.Write([]byte("back")); err != nil {
		t.Errorf("the other direction: %v", err)
	}
	near.Close()
	if _, err := near.Read(make([]byte, 1)); err == nil {
		t.Error("near reads after Close")
	}
	if _, err := far.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("write to a closed end: %v, want EPIPE", err)
	}
}

func TestPipeReset(t *testing.T) {
	near, far := spoptest.Pipe()
	_, _ = near.Write([]byte("lost"))
	near.Reset()
	if n, err := far.Read(make([]byte, 9)); n != 0 || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("Read = %d, %v, want ECONNRESET", n, err)
	}
}

func TestPipeDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := spoptest.Pipe()
		defer far.Close()
		begin := time.Now()
		_ = near.SetDeadline(begin.Add(time.Second))
		if _, err := near.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(begin) != time.Second {
			t.Errorf("Read: %v after %v", err, time.Since(begin))
		}
		if n, err := near.Write(make([]byte, 1<<20)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Write = %d, %v", n, err)
		}
		_ = near.SetWriteDeadline(time.Now().Add(time.Minute))
		if n, err := near.Write(make([]byte, 1<<20)); n == 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Write = %d, %v, want what fits", n, err)
		}
		_ = near.SetDeadline(time.Time{})
		go func() { _, _ = io.Copy(io.Discard, far) }()
		if _, err := near.Write(make([]byte, 1<<20)); err != nil {
			t.Errorf("Write to an end that reads: %v", err)
		}
		near.Close()
	})
}
