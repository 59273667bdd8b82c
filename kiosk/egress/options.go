package egress

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// Decider is the policy in force. *allowlist.List is one.
type Decider interface {
	Decide(allowlist.Target) allowlist.Decision
	// RedirectsHTTP reports whether a request without TLS is sent on to t.
	RedirectsHTTP(t allowlist.Target) bool
}

// Resolver looks a name up; *net.Resolver is one. The host is absolute: it
// ends in a dot, so that no search domain is tried.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Options of a Proxy. The zero value works, and denies until SetPolicy.
type Options struct {
	// Log receives reasons and counts, never hosts; nil discards.
	Log *slog.Logger
	// Resolver is the system's by default.
	Resolver Resolver
	// Dial opens a TCP connection to an address that was checked; a plain
	// net.Dialer by default.
	Dial func(ctx context.Context, network string, address netip.AddrPort) (net.Conn, error)
	// Refused hears of each refusal, in the goroutine of the connection: it
	// must not block.
	Refused func(Refusal)
	// Own lists the addresses of this machine, which are refused like private
	// ones; net.InterfaceAddrs by default.
	Own func() ([]net.Addr, error)
	// Upstream is a parent HTTP proxy, "http://user:password@host:3128",
	// through which every tunnel goes. Names are then resolved by the parent,
	// so that addresses cannot be checked here: the parent must refuse private
	// ones. The hello is checked all the same.
	Upstream *url.URL
	// UpstreamChanged hears each time that the parent begins to answer
	// otherwise than before. It must not block.
	UpstreamChanged func(UpstreamState)
	// Practice makes the pages that a visitor practises on; nil for none.
	Practice func(kiosk.Language) http.Handler
	// Uploading hears when something as large as a document begins, and when
	// it ceases, to leave: every five seconds at most. It must not block.
	Uploading func(bool)
	Limits    Limits
}

// Limits bound what a client may take. Zero values mean the defaults.
type Limits struct {
	// HeaderBytes of a request's head: 16 KiB.
	HeaderBytes int
	// HelloBytes of TLS records that may carry the client's hello: 32 KiB.
	// Chromium sends 2 KiB with post-quantum keys.
	HelloBytes int
	// HandshakeTimeout for the head, and again for the hello: 10 s.
	HandshakeTimeout time.Duration
	// DialTimeout for resolution and connection: 15 s.
	DialTimeout time.Duration
	// IdleTimeout without a byte either way: 10 min.
	IdleTimeout time.Duration
	// MaxTunnels at once for each Serve, handshakes included: 256.
	MaxTunnels int
	// DialsPerSecond that go out, after a first burst of MaxTunnels: 50. A
	// page takes a few dozen; a borne is not to be the tool of a flood.
	DialsPerSecond int
}

func (l Limits) withDefaults() Limits {
	or := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	orTime := func(v *time.Duration, d time.Duration) {
		if *v <= 0 {
			*v = d
		}
	}
	or(&l.HeaderBytes, 16<<10)
	or(&l.HelloBytes, 32<<10)
	or(&l.MaxTunnels, 256)
	or(&l.DialsPerSecond, 50)
	orTime(&l.HandshakeTimeout, 10*time.Second)
	orTime(&l.DialTimeout, 15*time.Second)
	orTime(&l.IdleTimeout, 10*time.Minute)
	return l
}

// Refusal is one connection that was not let through. It is for the visitor's
// screen and for counters: it must never be written down.
type Refusal struct {
	Reason allowlist.Reason `json:"reason"`
	// Host is what the browser asked for, empty when it could not be read.
	Host string `json:"host,omitempty"`
	// Noise is true for what the browser asks by itself, without a visitor.
	Noise bool `json:"noise,omitempty"`
	// Page is true when the answer is a page that the visitor sees, which says
	// that it was refused.
	Page bool `json:"page,omitempty"`
}

var errUpstream = errors.New(`upstream proxy must look like "http://user:password@proxy.example:3128"`)

// CheckUpstream reports whether u can be a parent proxy; nil is none. Its error
// says what to write and does not quote the address, which holds a password.
func CheckUpstream(u *url.URL) error {
	if u == nil {
		return nil
	}
	if u.Scheme != "http" || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("egress: %w", errUpstream)
	}
	if s := u.Port(); s != "" {
		if n, err := strconv.ParseUint(s, 10, 16); err != nil || n == 0 {
			return fmt.Errorf("egress: %w", errUpstream)
		}
	}
	return nil
}

func systemDial(ctx context.Context, network string, address netip.AddrPort) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, network, address.String())
}
