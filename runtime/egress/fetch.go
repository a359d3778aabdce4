package egress

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// maxVia is how many destinations besides URLs' own have connections kept.
const maxVia = 64

func (n *Network) transport(dial func(ctx context.Context, network, address string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		DialContext: dial, TLSClientConfig: n.tls, TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConns: 256, MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second,
		DisableCompression: true, MaxResponseHeaderBytes: 256 << 10,
	}
}

// transportVia is the transport for requests that go to d whatever their URL is.
func (n *Network) transportVia(d *remote.Destination) *http.Transport {
	if d == nil {
		return n.http
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	t := n.via[*d]
	if t == nil {
		t = n.transport(func(ctx context.Context, _, _ string) (net.Conn, error) { return n.dial(ctx, *d) })
		if len(n.via) >= maxVia {
			t.DisableKeepAlives = true
			return t
		}
		n.via[*d] = t
	}
	return t
}

// Fetch sends a request and reads its whole answer.
func (n *Network) Fetch(ctx context.Context, r *remote.Request) (*remote.Response, error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, strings.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	if r.Body == "" {
		req.Body = http.NoBody
	}
	req.Header.Set("User-Agent", "spoa-lua")
	for name, values := range r.Header {
		key := http.CanonicalHeaderKey(name)
		switch key {
		case "Host":
			if req.Host = strings.Join(values, ","); strings.ContainsAny(req.Host, " \r\n\t\x00/") {
				return nil, fmt.Errorf("%q is no name of a host for the header Host", req.Host)
			}
		case "Content-Length", "Transfer-Encoding", "Connection":
			// what they say follows from the body and the connection
		default:
			req.Header[key] = values
		}
	}
	resp, err := n.transportVia(r.Via).RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := readBody(resp, r.MaxBody)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", req.URL.Redacted(), err)
	}
	reason := strings.TrimSpace(strings.TrimPrefix(resp.Status, strconv.Itoa(resp.StatusCode)))
	return &remote.Response{
		Status: resp.StatusCode, Reason: reason, Version: strings.TrimPrefix(resp.Proto, "HTTP/"), Header: resp.Header, Body: body,
	}, nil
}

// readBody reads a body of at most so many bytes, as it comes: nothing is unpacked.
func readBody(resp *http.Response, most int) (string, error) {
	tooLong := fmt.Errorf("the body is over the limit of %d bytes", most)
	if resp.ContentLength > int64(most) && resp.Request.Method != http.MethodHead {
		return "", tooLong
	}
	var b strings.Builder
	if resp.ContentLength > 0 {
		b.Grow(int(min(resp.ContentLength, firstBody)))
	}
	n, err := io.Copy(&b, io.LimitReader(resp.Body, int64(most)+1))
	switch {
	case err != nil:
		return "", err
	case n > int64(most):
		return "", tooLong
	}
	return b.String(), nil
}

// firstBody is how much is made room for because a server says that it comes.
const firstBody = 64 << 10
