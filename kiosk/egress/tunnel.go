package egress

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// tunnel is one connection of the browser.
type tunnel struct {
	proxy  *Proxy
	client net.Conn

	mu     sync.Mutex
	remote net.Conn // nil until dialled
	closed bool
	acked  uint64 // by the remote side, when it was last asked
}

// close ends both sides; any goroutine may call it, any number of times.
func (t *tunnel) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	t.client.Close()
	if t.remote != nil {
		t.remote.Close()
	}
}

// attach keeps the remote side, unless the tunnel was closed meanwhile.
func (t *tunnel) attach(remote net.Conn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		remote.Close()
		return false
	}
	t.remote = remote
	return true
}

// serve reads one request, answers it, and relays when it may.
func (t *tunnel) serve(ctx context.Context) {
	head, early, ok := t.readHead()
	if !ok {
		return
	}
	r, err := parseHead(head)
	if err != nil {
		t.refuse(Refusal{Reason: allowlist.Malformed})
		return
	}
	if r.method != "CONNECT" {
		t.plain(r)
		return
	}
	target, reason := allowlist.ParseTarget(r.target)
	if reason == "" && target.Path != "" {
		reason = allowlist.Malformed // a URL is no authority
	}
	if reason != "" {
		t.refuse(Refusal{Reason: reason})
		return
	}
	if d := t.proxy.decide(target); !d.Allowed() {
		t.refuse(Refusal{Reason: d.Reason, Host: target.Host})
		return
	}
	if target.Host == kiosk.PracticeHost && t.proxy.practises() {
		t.practise(early)
		return
	}
	remote, err := t.proxy.connect(ctx, target)
	switch {
	case errors.Is(err, errPrivate):
		t.refuse(Refusal{Reason: allowlist.PrivateAddress, Host: target.Host})
		return
	case errors.Is(err, errTooFast):
		t.refuse(Refusal{Reason: allowlist.Limit, Host: target.Host})
		return
	case err != nil:
		t.proxy.counters.unreachable.Add(1)
		t.proxy.log.Debug("unreachable") // err may hold the host's name
		t.answer("502 Bad Gateway", "unreachable", "")
		return
	case !t.attach(remote):
		return
	}
	t.client.SetDeadline(time.Now().Add(t.proxy.limits.HandshakeTimeout)) // the head's own may be used up by the dial
	if _, err := t.client.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")); err != nil {
		return
	}
	hello := helloReader{limit: t.proxy.limits.HelloBytes}
	if reason, ok := t.readHello(&hello, early, target.Host); !ok {
		if reason != "" {
			t.proxy.refuse(Refusal{Reason: reason, Host: target.Host})
		}
		return
	}
	if _, err := remote.Write(hello.raw); err != nil {
		return
	}
	up := int64(len(hello.raw))
	hello, head, early = helloReader{}, nil, nil // a tunnel may stay open for long
	t.relay(up)
}

// readHead reads to the empty line; early is what came after it.
func (t *tunnel) readHead() (head, early []byte, ok bool) {
	limits := t.proxy.limits
	t.client.SetDeadline(time.Now().Add(limits.HandshakeTimeout))
	buf := make([]byte, 0, 2048)
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := t.client.Read(buf[len(buf):cap(buf)])
		from := max(0, len(buf)-3)
		buf = buf[:len(buf)+n]
		if i := bytes.Index(buf[from:], []byte("\r\n\r\n")); i >= 0 && from+i+4 <= limits.HeaderBytes {
			end := from + i + 4
			return buf[:end:end], buf[end:], true
		}
		var timeout net.Error
		switch {
		case len(buf) >= limits.HeaderBytes, errors.As(err, &timeout) && timeout.Timeout() && len(buf) > 0:
			t.refuse(Refusal{Reason: allowlist.Limit})
			return nil, nil, false
		case err != nil:
			return nil, nil, false // a browser opens connections ahead and drops them
		}
	}
}

// readHello reads until the hello is whole, and judges it, within the client's
// deadline. The reason is empty when the client went away by itself.
func (t *tunnel) readHello(h *helloReader, early []byte, host string) (allowlist.Reason, bool) {
	done, err := h.add(early)
	chunk := chunks.Get().(*[chunkBytes]byte)
	defer chunks.Put(chunk)
	buf := chunk[:]
	for !done && err == nil {
		n, readErr := t.client.Read(buf)
		if done, err = h.add(buf[:n]); done || err != nil {
			break
		}
		var timeout net.Error
		switch {
		case errors.As(readErr, &timeout) && timeout.Timeout():
			return allowlist.Limit, false
		case readErr != nil && len(h.raw) == 0:
			return "", false
		case readErr != nil:
			return allowlist.NotTLS, false
		}
	}
	if err != nil {
		return allowlist.NotTLS, false
	}
	if reason := h.check(host); reason != "" {
		return reason, false
	}
	return "", t.client.SetDeadline(time.Time{}) == nil
}

// plain answers a request that is not CONNECT. Nothing is ever forwarded, so
// that there is no request to smuggle: a page that a visitor may see is sent
// to its https address, unless its service says otherwise; all else is refused
// with a page that says so.
func (t *tunnel) plain(r request) {
	rest, ok := cutFold(r.target, "http://")
	if !ok {
		t.refuse(Refusal{Reason: allowlist.Malformed})
		return
	}
	target, reason := allowlist.ParseTarget("https://" + rest)
	if reason == "" && r.method == "GET" {
		authority := rest
		if i := strings.IndexAny(rest, "/?#"); i >= 0 {
			authority = rest[:i]
		}
		location := target
		if i := strings.LastIndexByte(authority, ':'); i < 0 || target.Port == 80 {
			location.Port = allowlist.DefaultPort
			if t.proxy.redirects(location) {
				t.answer("307 Temporary Redirect", "", "https://"+location.Host+rest[len(authority):])
				return
			}
		}
	}
	refusal := Refusal{Reason: allowlist.Scheme, Host: target.Host, Page: r.navigation}
	if reason != "" {
		refusal.Reason = reason
	} else {
		location := target
		location.Port = allowlist.DefaultPort
		if d := t.proxy.decide(location); !d.Allowed() {
			refusal.Reason = d.Reason // not listed with TLS either: that is what to say
		}
	}
	t.proxy.refuse(refusal)
	t.answerPage(refusal.Reason)
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// refuse tells of a refusal and answers it.
func (t *tunnel) refuse(r Refusal) {
	t.proxy.refuse(r)
	t.answer("403 Forbidden", string(r.Reason), "")
}

// answerPage answers with a page in the visitor's language.
func (t *tunnel) answerPage(reason allowlist.Reason) {
	language, _ := t.proxy.language.Load().(kiosk.Language)
	t.respond("403 Forbidden", "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"+
		"Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nX-Borne-Reason: "+string(reason)+"\r\n",
		renderRefusal(language, reason))
}

// answer writes a small response and closes the client's side.
func (t *tunnel) answer(status, reason, location string) {
	body := "Borne: " + status + "\n"
	headers := "Content-Type: text/plain\r\n"
	if reason != "" {
		body = "Borne: " + reason + "\n"
		headers += "X-Borne-Reason: " + reason + "\r\n"
	}
	if location != "" {
		headers += "Location: " + location + "\r\n"
	}
	t.respond(status, headers, body)
}

func (t *tunnel) respond(status, headers, body string) {
	response := "HTTP/1.1 " + status + "\r\n" + headers + "Connection: close\r\nContent-Length: " + itoa(len(body)) + "\r\n\r\n" + body
	t.client.SetDeadline(time.Now().Add(lingerTimeout))
	if _, err := t.client.Write([]byte(response)); err != nil {
		return
	}
	t.linger()
}
