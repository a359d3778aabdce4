package main

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdWebsite starts a server that answers "hello", over HTTP and over TLS with a
// certificate that nobody knows. Their URLs are in $web and $tls.
func cmdWebsite(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: website")
	}
	hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	web, secure := httptest.NewServer(hello), httptest.NewUnstartedServer(hello)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that are to fail
	secure.StartTLS()
	ts.Defer(web.Close)
	ts.Defer(secure.Close)
	ts.Setenv("web", web.URL)
	ts.Setenv("tls", secure.URL)
}
