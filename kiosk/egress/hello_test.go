package egress

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"borne/kiosk/allowlist"
)

// hello records what crypto/tls sends first for that server name.
func hello(t testing.TB, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	c := tls.Client(recorder{&out}, &tls.Config{ServerName: name, InsecureSkipVerify: true})
	if err := c.Handshake(); err == nil {
		t.Fatal("a handshake with nobody")
	}
	return out.Bytes()
}

// recorder keeps what is written and has nothing to read.
type recorder struct{ out *bytes.Buffer }

func (r recorder) Write(b []byte) (int, error)      { return r.out.Write(b) }
func (r recorder) Read([]byte) (int, error)         { return 0, io.EOF }
func (r recorder) Close() error                     { return nil }
func (r recorder) LocalAddr() net.Addr              { return nil }
func (r recorder) RemoteAddr() net.Addr             { return nil }
func (r recorder) SetDeadline(time.Time) error      { return nil }
func (r recorder) SetReadDeadline(time.Time) error  { return nil }
func (r recorder) SetWriteDeadline(time.Time) error { return nil }

// extension renders one extension of a hello.
func extension(id uint16, body []byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, id)
	return append(binary.BigEndian.AppendUint16(b, uint16(len(body))), body...)
}

func serverName(kind byte, name string) []byte {
	entry := append([]byte{kind}, binary.BigEndian.AppendUint16(nil, uint16(len(name)))...)
	entry = append(entry, name...)
	return extension(0, append(binary.BigEndian.AppendUint16(nil, uint16(len(entry))), entry...))
}

// helloWith builds a hello message with those extensions.
func helloWith(extensions ...[]byte) []byte {
	body := append([]byte{3, 3}, make([]byte, 32)...)
	body = append(body, 0, 0, 2, 0x13, 1, 1, 0)
	all := slices.Concat(extensions...)
	body = append(binary.BigEndian.AppendUint16(body, uint16(len(all))), all...)
	return append([]byte{1, 0, byte(len(body) >> 8), byte(len(body))}, body...)
}

// records cuts a message into TLS records of at most size bytes.
func records(message []byte, size int) (out []byte) {
	for chunk := range slices.Chunk(message, size) {
		out = append(out, 22, 3, 1, byte(len(chunk)>>8), byte(len(chunk)))
		out = append(out, chunk...)
	}
	return out
}

func judge(raw []byte, host string) (allowlist.Reason, bool) {
	h := helloReader{limit: 32 << 10}
	done, err := h.add(raw)
	if err != nil {
		return allowlist.NotTLS, true
	}
	if !done {
		return "", false
	}
	return h.check(host), true
}

func TestHello(t *testing.T) {
	big := serverName(0, host)
	for name, tt := range map[string]struct {
		raw    []byte
		reason allowlist.Reason
	}{
		"crypto/tls":          {hello(t, host), ""},
		"upper case":          {records(helloWith(serverName(0, "WWW.CAF.test")), 1<<14), ""},
		"one-byte records":    {records(helloWith(serverName(0, host)), 1), ""},
		"other name":          {hello(t, "evil.test"), allowlist.SNIMismatch},
		"trailing dot":        {records(helloWith(serverName(0, host+".")), 999), allowlist.SNIMismatch},
		"NUL in name":         {records(helloWith(serverName(0, host+"\x00.evil.test")), 999), allowlist.SNIMismatch},
		"no name":             {hello(t, ""), allowlist.SNIMissing},
		"no extensions":       {records(helloWith(), 999), allowlist.SNIMissing},
		"empty name":          {records(helloWith(serverName(0, "")), 999), allowlist.NotTLS},
		"not a host name":     {records(helloWith(serverName(1, host)), 999), allowlist.NotTLS},
		"two server names":    {records(helloWith(serverName(0, host), serverName(0, "evil.test")), 999), allowlist.NotTLS},
		"ECH":                 {records(helloWith(serverName(0, host), extension(0xfe0d, []byte{0})), 999), allowlist.ECH},
		"ECH before the name": {records(helloWith(extension(0xfe0d, nil), serverName(0, "evil.test")), 999), allowlist.ECH},
		"ESNI":                {records(helloWith(serverName(0, host), extension(0xffce, nil)), 999), allowlist.ECH},
		"duplicate":           {records(helloWith(big, extension(5, nil), extension(5, nil)), 999), allowlist.NotTLS},
		"HTTP":                {[]byte("GET / HTTP/1.1\r\n"), allowlist.NotTLS},
		"SSH":                 {[]byte("SSH-2.0-OpenSSH"), allowlist.NotTLS},
		"SSLv2 hello":         {[]byte{0x80, 0x2e, 1, 3, 1}, allowlist.NotTLS},
		"alert first":         {[]byte{21, 3, 1, 0, 2, 1, 0}, allowlist.NotTLS},
		"empty record":        {[]byte{22, 3, 1, 0, 0}, allowlist.NotTLS},
		"huge record":         {[]byte{22, 3, 1, 0xff, 0xff}, allowlist.NotTLS},
		"huge hello":          {records([]byte{1, 1, 0, 0, 3, 3}, 999), allowlist.NotTLS},
		"not a hello":         {records([]byte{2, 0, 0, 1, 0}, 999), allowlist.NotTLS},
		"bytes after hello":   {records(append(helloWith(big), 1), 999), allowlist.NotTLS},
		"truncated name":      {records(helloWith(big[:len(big)-1]), 999), allowlist.NotTLS},
		"empty body":          {records([]byte{1, 0, 0, 0}, 999), allowlist.NotTLS},
	} {
		t.Run(name, func(t *testing.T) {
			reason, done := judge(tt.raw, host)
			if !done || reason != tt.reason {
				t.Fatalf("reason %q, done %v; want %q", reason, done, tt.reason)
			}
		})
	}
	real := hello(t, host)
	for i := range real {
		if reason, done := judge(real[:i], host); done {
			t.Fatalf("judged %q after %d of %d bytes", reason, i, len(real))
		}
	}
}

// The same through the proxy, where a refused hello must reach no site.
func TestHelloThroughTheProxy(t *testing.T) {
	reached := make(chan []byte, 64)
	site := listen(t, func(conn net.Conn) {
		b, _ := io.ReadAll(conn)
		reached <- b
		conn.Close()
	})
	h := start(t, site, nil)
	for _, tt := range []struct {
		raw    []byte
		reason allowlist.Reason
	}{
		{hello(t, "evil.test"), allowlist.SNIMismatch},
		{hello(t, ""), allowlist.SNIMissing},
		{records(helloWith(serverName(0, host), extension(0xfe0d, nil)), 999), allowlist.ECH},
		{[]byte("GET / HTTP/1.1\r\nHost: www.caf.test\r\n\r\n"), allowlist.NotTLS},
		{bytes.Repeat([]byte{22, 3, 1, 0x40, 0}, 10_000), allowlist.NotTLS},
	} {
		conn := h.tunnelTo(t, host)
		conn.Write(tt.raw)
		if r := h.refusal(t); r.Reason != tt.reason || r.Host != host {
			t.Errorf("%+v, want %s", r, tt.reason)
		}
		if _, err := conn.Read(make([]byte, 1)); err == nil || isTimeout(err) {
			t.Errorf("%s: still open: %v", tt.reason, err)
		}
		if b := <-reached; len(b) != 0 {
			t.Errorf("%s: %d bytes reached the site", tt.reason, len(b))
		}
	}
	// Byte by byte, and in the same packet as the request.
	raw := hello(t, host)
	conn := h.tunnelTo(t, host)
	conn.SetNoDelay(true)
	for _, b := range raw {
		conn.Write([]byte{b})
	}
	conn.CloseWrite()
	if b := <-reached; !bytes.Equal(b, raw) {
		t.Errorf("the site got %d bytes of %d", len(b), len(raw))
	}
	early := h.open(t)
	early.Write([]byte(connectTo(host) + string(raw) + "suite"))
	early.CloseWrite()
	if b := <-reached; string(b) != string(raw)+"suite" {
		t.Errorf("early data: the site got %d bytes", len(b))
	}
}

func TestSlowClients(t *testing.T) {
	site := listen(t, func(conn net.Conn) { io.Copy(io.Discard, conn) })
	// Long enough for a busy machine to do what is not slow; all three at a time.
	h := start(t, site, func(o *Options) { o.Limits.HandshakeTimeout = time.Second })
	silent := h.open(t) // opened ahead and never used: no refusal to show
	head := h.open(t)
	head.Write([]byte("CONNECT www.caf.te"))
	conn := h.tunnelTo(t, host)
	conn.Write(hello(t, host)[:20])
	for range 2 {
		if r := h.refusal(t); r.Reason != allowlist.Limit {
			t.Errorf("slow head, slow hello: %+v", r)
		}
	}
	if _, err := silent.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("silent: %v", err)
	}
	if got := h.proxy.Stats().Refused[allowlist.Limit]; got != 2 {
		t.Errorf("%d refusals", got)
	}
}

// However a hello is cut, the judgement is the same; what is let through named
// the host in clear.
func FuzzHello(f *testing.F) {
	f.Add(hello(f, host), 1)
	f.Add(hello(f, ""), 7)
	f.Add(records(helloWith(serverName(0, host), extension(0xfe0d, []byte{0})), 3), 5)
	f.Add(records(helloWith(serverName(0, host)), 1), 2)
	f.Add([]byte{22, 3, 1, 0, 5, 1, 0, 0, 1, 0}, 1)
	f.Add([]byte("CONNECT"), 3)
	f.Fuzz(func(t *testing.T, raw []byte, size int) {
		want, wantDone := judge(raw, host)
		if size <= 0 || size > len(raw) {
			size = 1
		}
		h := helloReader{limit: 32 << 10}
		got, done := allowlist.Reason(""), false
		for chunk := range slices.Chunk(raw, size) {
			whole, err := h.add(chunk)
			if err != nil {
				got, done = allowlist.NotTLS, true
				break
			}
			if whole {
				got, done = h.check(host), true
				break
			}
		}
		if got != want || done != wantDone {
			t.Fatalf("whole: %q %v; by %d bytes: %q %v", want, wantDone, size, got, done)
		}
		if done && got == "" && !strings.Contains(strings.ToLower(string(h.message)), host) {
			t.Fatal("let through without the host in clear")
		}
	})
}
