package egress

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"borne/kiosk/allowlist"
)

var (
	errUpstreamRefused = errors.New("the upstream proxy refused the tunnel")
	errUpstreamAuth    = errors.New("the upstream proxy refused the user name or password")
)

// UpstreamState is how the parent proxy answered last.
type UpstreamState string

// The states. Refused may be the parent's word on one site alone.
const (
	UpstreamOK          UpstreamState = "ok"
	UpstreamAuth        UpstreamState = "authentication"
	UpstreamRefused     UpstreamState = "refused"
	UpstreamUnreachable UpstreamState = "unreachable"
)

func (s UpstreamState) known() bool {
	return s == UpstreamOK || s == UpstreamAuth || s == UpstreamRefused || s == UpstreamUnreachable
}

// parent remembers the last answer, to tell of each change.
type parent struct {
	changed func(UpstreamState)

	mu   sync.Mutex
	last UpstreamState
}

func (p *parent) now(s UpstreamState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s == p.last || p.changed == nil {
		return
	}
	p.last = s
	p.changed(s)
}

// connectUpstream opens a tunnel through the parent proxy (RFC 9110 §9.3.6).
// The parent's own address may be private: an operator wrote it.
func (p *Proxy) connectUpstream(ctx context.Context, t allowlist.Target) (net.Conn, error) {
	conn, err := p.throughUpstream(ctx, t)
	switch {
	case err == nil:
		p.parent.now(UpstreamOK)
	case errors.Is(err, errUpstreamAuth):
		p.parent.now(UpstreamAuth)
	case errors.Is(err, errUpstreamRefused):
		p.parent.now(UpstreamRefused)
	case !errors.Is(ctx.Err(), context.Canceled): // the visit's end is not its fault
		p.parent.now(UpstreamUnreachable)
	}
	return conn, err
}

func (p *Proxy) throughUpstream(ctx context.Context, t allowlist.Target) (net.Conn, error) {
	u := p.options.Upstream
	port := uint64(3128)
	if s := u.Port(); s != "" {
		var err error
		if port, err = strconv.ParseUint(s, 10, 16); err != nil {
			return nil, errUpstream
		}
	}
	addrs := []netip.Addr{}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		addrs = append(addrs, a)
	} else if addrs, err = p.names.lookup(ctx, u.Hostname()); err != nil {
		return nil, err
	}
	conn, err := p.dialAny(ctx, addrs, uint16(port))
	if err != nil {
		p.names.forget(u.Hostname())
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	if err := p.askUpstream(conn, t); err != nil {
		stop()
		conn.Close()
		return nil, err
	}
	if !stop() {
		return nil, context.Cause(ctx)
	}
	return conn, conn.SetDeadline(time.Time{})
}

// askUpstream sends CONNECT and reads exactly the head of the answer.
func (p *Proxy) askUpstream(conn net.Conn, t allowlist.Target) error {
	request := "CONNECT " + t.HostPort() + " HTTP/1.1\r\nHost: " + t.HostPort() + "\r\n"
	if user := p.options.Upstream.User; user != nil {
		password, _ := user.Password()
		token := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		request += "Proxy-Authorization: Basic " + token + "\r\n"
	}
	if _, err := conn.Write([]byte(request + "\r\n")); err != nil {
		return err
	}
	var head []byte
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		head = append(head, buf[:n]...)
		if end := bytes.Index(head, []byte("\r\n\r\n")); end >= 0 {
			return upstreamAnswer(head[:end+4], len(head) > end+4)
		}
		if err != nil {
			return err
		}
		if len(head) > p.limits.HeaderBytes {
			return fmt.Errorf("%w: its answer is too long", errUpstreamRefused)
		}
	}
}

// upstreamAnswer judges the head of the parent's answer; more tells whether
// something came after it: the page of a refusal, which nobody sees, but never
// a word of a site, since a TLS server does not speak first.
func upstreamAnswer(head []byte, more bool) error {
	if len(head) < 12 || !bytes.HasPrefix(head, []byte("HTTP/1.")) || head[8] != ' ' {
		return errUpstreamRefused
	}
	switch status := string(head[9:12]); {
	case status == "407" || status == "401": // 401 is tinyproxy's word for a wrong password
		return errUpstreamAuth
	case status[0] != '2':
		return errUpstreamRefused
	case more:
		return fmt.Errorf("%w: bytes after its answer", errUpstreamRefused)
	}
	return nil
}
