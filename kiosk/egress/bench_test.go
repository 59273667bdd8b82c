package egress

import (
	"context"
	"io"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"
)

// bareRelay is the least that a relay can do: accept, dial, copy both ways.
func bareRelay(b testing.TB, site string) string {
	return listen(b, func(client net.Conn) {
		defer client.Close()
		remote, err := net.Dial("tcp", site)
		if err != nil {
			return
		}
		defer remote.Close()
		go func() {
			io.Copy(remote, client)
			remote.(*net.TCPConn).CloseWrite()
		}()
		io.Copy(client, remote)
	})
}

// senderSite reads a hello of that length and sends n bytes.
func senderSite(b testing.TB, helloBytes int, n int64) string {
	chunk := make([]byte, 256<<10)
	return listen(b, func(conn net.Conn) {
		defer conn.Close()
		if _, err := io.ReadFull(conn, make([]byte, helloBytes)); err != nil {
			return
		}
		for left := n; left > 0; {
			m, err := conn.Write(chunk[:min(left, int64(len(chunk)))])
			if err != nil {
				return
			}
			left -= int64(m)
		}
	})
}

// BenchmarkBulk moves 64 MiB through a bare relay and through the proxy, in
// turn, and prints both rates and their ratio.
func BenchmarkBulk(b *testing.B) {
	const size = 64 << 20
	first := hello(b, host)
	site := senderSite(b, len(first), size)
	relay := bareRelay(b, site)
	h := start(b, site, nil)
	sink := make([]byte, 256<<10)
	fetch := func(conn net.Conn) time.Duration {
		defer conn.Close()
		begin := time.Now()
		if _, err := conn.Write(first); err != nil {
			b.Fatal(err)
		}
		var got int64
		for got < size {
			n, err := conn.Read(sink)
			got += int64(n)
			if err != nil && got < size {
				b.Fatalf("%d bytes, %v", got, err)
			}
		}
		return time.Since(begin)
	}
	var bare, proxied time.Duration
	for b.Loop() {
		bare += fetch(dialBare(b, relay))
		proxied += fetch(h.tunnelTo(b, host))
	}
	rate := func(d time.Duration) float64 { return float64(b.N) * size / 1e6 / d.Seconds() }
	b.ReportMetric(rate(bare), "bare-MB/s")
	b.ReportMetric(rate(proxied), "proxy-MB/s")
	b.ReportMetric(rate(proxied)/rate(bare), "proxy/bare")
	b.ReportMetric(0, "ns/op")
}

func dialBare(b testing.TB, address string) net.Conn {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	return conn
}

// BenchmarkConnect times a new connection to its first byte from the site,
// through a bare relay and through the proxy (request, decision, resolution,
// dial, hello), in turn.
func BenchmarkConnect(b *testing.B) {
	first := hello(b, host)
	site := senderSite(b, len(first), 1)
	relay := bareRelay(b, site)
	h := start(b, site, func(o *Options) { o.Limits.DialsPerSecond = 1 << 30 })
	head := []byte(connectTo(host))
	var bare, proxied []time.Duration
	measure := func(address string, connect bool) time.Duration {
		begin := time.Now()
		conn := dialBare(b, address)
		defer conn.Close()
		answer := make([]byte, 64)
		if connect {
			conn.Write(head)
			if n, err := conn.Read(answer); err != nil || string(answer[9:12]) != "200" {
				b.Fatalf("%q %v", answer[:n], err)
			}
		}
		conn.Write(first)
		if _, err := io.ReadFull(conn, answer[:1]); err != nil {
			b.Fatal(err)
		}
		return time.Since(begin)
	}
	for b.Loop() {
		bare = append(bare, measure(relay, false))
		proxied = append(proxied, measure(h.address, true))
	}
	at := func(d []time.Duration, q float64) float64 {
		slices.Sort(d)
		return float64(d[int(q*float64(len(d)-1))].Microseconds())
	}
	b.ReportMetric(at(bare, 0.5), "bare-p50-µs")
	b.ReportMetric(at(proxied, 0.5), "proxy-p50-µs")
	b.ReportMetric(at(bare, 0.99), "bare-p99-µs")
	b.ReportMetric(at(proxied, 0.99), "proxy-p99-µs")
	b.ReportMetric(at(proxied, 0.5)/at(bare, 0.5), "proxy/bare-p50")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkIdleTunnels opens 2 000 tunnels and prints what one costs while
// nothing moves. Clients and site hold bare sockets without goroutines.
func BenchmarkIdleTunnels(b *testing.B) {
	const n = 2000
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan net.Conn, n)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- conn
		}
	}()
	first := hello(b, host)
	for b.Loop() {
		h := start(b, l.Addr().String(), func(o *Options) {
			o.Limits.MaxTunnels = n
			o.Dial = func(ctx context.Context, _ string, _ netip.AddrPort) (net.Conn, error) {
				var d net.Dialer
				return d.DialContext(ctx, "tcp", l.Addr().String())
			}
		})
		before := inUse()
		clients := make([]net.Conn, n)
		for i := range clients {
			conn := dialBare(b, h.address)
			conn.Write([]byte(connectTo(host)))
			if _, err := conn.Read(make([]byte, 64)); err != nil {
				b.Fatal(err)
			}
			conn.Write(first)
			clients[i] = conn
		}
		for h.proxy.Stats().Open < n {
			runtime.Gosched()
		}
		b.ReportMetric(float64(inUse()-before)/n/1024, "KiB/tunnel")
		h.stop()
		for i := range clients {
			clients[i].Close()
			(<-accepted).Close()
		}
	}
	b.ReportMetric(0, "ns/op")
}

// inUse is the memory of heap and stacks after a collection.
func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
