package runtime

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
)

// httpExchange is a request and its answer, as a service sees them.
type httpExchange struct {
	request haproxy.Request
	out     http.ResponseWriter
	control *http.ResponseController
	body    io.Reader
	end     time.Time
	client  time.Duration // spent on waiting for the client
	code    int           // that was sent, 0 before
	left    int64         // of the length that the service has told, or -1
	whole   atomic.Bool   // nothing of the answer is left to be sent
	readErr error         // of the body
}

// newExchange gives the request until end to be read.
func newExchange(out http.ResponseWriter, req *http.Request, end time.Time) *httpExchange {
	x := &httpExchange{out: out, end: end, left: -1, control: http.NewResponseController(out), body: http.MaxBytesReader(out, req.Body, maxRequestBody)}
	_ = x.control.SetWriteDeadline(end.Add(writeGrace)) // a test's recorder cannot
	if hasBody(req) {
		_ = x.control.SetReadDeadline(end.Add(readGrace)) // the same
	}
	path, query := target(req)
	x.request = haproxy.Request{
		Method: req.Method, Version: req.Proto, Path: path, Query: query,
		Length: req.ContentLength, Headers: fields(req),
	}
	return x
}

// hasBody reports whether a request has a body to be read. Without one nothing may
// limit the reading of its connection: net/http reads on to see the client go, and
// would take the limit for that, which ends this request and all that follow.
func hasBody(req *http.Request) bool { return req.ContentLength != 0 }

// target is the path of a request as the client wrote it, and its query.
func target(req *http.Request) (path, query string) {
	uri := req.RequestURI
	if !strings.HasPrefix(uri, "/") {
		if _, rest, ok := strings.Cut(uri, "://"); ok {
			uri = "/"
			if i := strings.IndexAny(rest, "/?"); i >= 0 {
				uri = rest[i:]
			}
		}
	}
	path, query, _ = strings.Cut(uri, "?")
	return path, query
}

// fields are the headers that the client sent, in the order of their names.
func fields(req *http.Request) []haproxy.Field {
	list := []haproxy.Field{{Name: "host", Value: req.Host}}
	if req.Host == "" {
		list = nil
	}
	for _, te := range req.TransferEncoding {
		list = append(list, haproxy.Field{Name: "transfer-encoding", Value: te})
	}
	for name, values := range req.Header {
		if strings.HasPrefix(name, ownHeaders) || name == "Connection" {
			continue
		}
		for _, v := range values {
			list = append(list, haproxy.Field{Name: strings.ToLower(name), Value: v})
		}
	}
	slices.SortStableFunc(list, func(a, b haproxy.Field) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Request is the head of the request.
func (x *httpExchange) Request() *haproxy.Request { return &x.request }

// awaited notes how long the client was waited for since began.
func (x *httpExchange) awaited(began time.Time) { x.client += time.Since(began) }

// Read reads the body.
func (x *httpExchange) Read(b []byte) (int, error) {
	defer x.awaited(time.Now())
	n, err := x.body.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		x.readErr = err
	}
	return n, err
}

// Start sends the head. As HAProxy does it sends the body in chunks when the
// service has not told its length, and adds no header of its own.
func (x *httpExchange) Start(_ context.Context, status int, headers []haproxy.Field) error {
	h := x.out.Header()
	h["Date"], h["Content-Type"] = nil, nil
	for _, f := range headers {
		name := textproto.CanonicalMIMEHeaderKey(f.Name)
		h[name] = append(h[name], f.Value)
	}
	if h.Get("Content-Length") == "" && status != http.StatusNoContent && status != http.StatusNotModified {
		h.Set("Transfer-Encoding", "chunked")
	} else {
		h.Del("Transfer-Encoding")
	}
	if x.keepBody() {
		_ = x.control.EnableFullDuplex() // a test's recorder cannot
		h["Connection"] = []string{"close"}
	}
	if n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64); err == nil {
		x.left = n
	}
	if x.left == 0 || x.request.Method == http.MethodHead {
		x.whole.Store(true)
	}
	x.code = status
	x.out.WriteHeader(status)
	return nil
}

// keptBody is how much of a body is kept for a service that answers before it has
// read it.
const keptBody = 256 << 10

// keepBody reads what a service has not read of the body: when the head is sent,
// net/http throws it away, or with full duplex leaves it on the connection, where it
// would be the next request. more is true when there is more than is kept, which is
// read beside the answer; the connection must end then.
func (x *httpExchange) keepBody() (more bool) {
	if x.request.Length == 0 {
		return false
	}
	var kept bytes.Buffer
	_, err := io.CopyN(&kept, x, keptBody)
	x.body = io.MultiReader(&kept, x.body) // an error of the body comes again
	return err == nil
}

// Send sends a part of the body. What follows a length that was told, or an
// answer without a body, is dropped.
func (x *httpExchange) Send(_ context.Context, text string) error {
	defer x.awaited(time.Now())
	if x.left > 0 {
		x.left = max(0, x.left-int64(len(text)))
		x.whole.Store(x.left == 0) // before the client has it, who may then go
	}
	_, err := io.WriteString(x.out, text)
	if errors.Is(err, http.ErrBodyNotAllowed) {
		return nil
	}
	if err != nil {
		return err
	}
	return x.control.Flush()
}

// stopWhenGone stops the service by cancel when the client goes, unless it has all of
// its answer. The function returned ends that.
func (x *httpExchange) stopWhenGone(req *http.Request, cancel context.CancelCauseFunc) func() bool {
	return context.AfterFunc(req.Context(), func() {
		if !x.whole.Load() {
			cancel(context.Cause(req.Context()))
		}
	})
}

// failure is the status for a service that failed, and why it did: for what was
// wrong with the request, or with its time. over is the error of its context, and
// usable tells whether the VM has survived it. reasonClient stands for what is the
// client's fault, as it is when more than half of the time was spent on it.
func (x *httpExchange) failure(over error, usable bool, limit time.Duration) (code int, reason luabind.Reason) {
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(x.readErr, &tooLong):
		return http.StatusRequestEntityTooLarge, reasonClient
	case errors.Is(over, errMemory):
		return http.StatusServiceUnavailable, luabind.ReasonMemory
	case !time.Now().Before(x.end):
		if x.client > limit/2 {
			return http.StatusGatewayTimeout, reasonClient
		}
		return http.StatusGatewayTimeout, luabind.ReasonTimeout
	case over != nil:
		return statusClientGone, reasonClient
	case x.readErr != nil:
		return http.StatusBadRequest, reasonClient
	case !usable:
		return http.StatusInternalServerError, luabind.ReasonPanic
	}
	return http.StatusInternalServerError, luabind.ReasonError
}

// statusClientGone stands for a client that did not wait for its answer.
const statusClientGone = 499

// reasonClient is why a request failed whose client is at fault.
const reasonClient luabind.Reason = "client"
