package peers

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"borne/packaging/demo"
)

// How many connections are open at a time, for every proxy: enough downloads to fill the machine, and so few handshakes that
// their time is not that of a queue.
const (
	atOnce        = 8
	connectAtOnce = 2
)

// BenchmarkPeersBulk has each proxy in turn carry atOnce downloads of 64 MiB at a time.
func BenchmarkPeersBulk(b *testing.B) {
	enter(b)
	const size = 64 << 20
	first := hello(b, bulkHost)
	chunk := make([]byte, 256<<10)
	serve(b, bulkAddress, func(conn *net.TCPConn) {
		defer conn.Close()
		if _, err := io.ReadFull(conn, make([]byte, len(first))); err != nil {
			return
		}
		for left := size; left > 0; {
			n, err := conn.Write(chunk[:min(left, len(chunk))])
			if err != nil {
				return
			}
			left -= n
		}
	})
	proxies := []*proxy{start(b, "bare")}
	for _, name := range peerNames() {
		p := start(b, name)
		p.refuses(b, string(demo.Forbidden))
		proxies = append(proxies, p)
	}
	download := func(p *proxy) error {
		conn, err := dial(p, bulkHost, "")
		if err != nil {
			return err
		}
		defer conn.Close()
		if _, err := conn.Write(first); err != nil {
			return err
		}
		sink := make([]byte, 256<<10)
		for got := 0; got < size; {
			n, err := conn.Read(sink)
			if got += n; err != nil && got < size {
				return err
			}
		}
		return nil
	}
	times := map[string]time.Duration{}
	for b.Loop() {
		for _, p := range proxies {
			begin := time.Now()
			if err := together(atOnce, func(int) error { return download(p) }); err != nil {
				b.Fatalf("%s: %v", p.name, err)
			}
			times[p.name] += time.Since(begin)
		}
	}
	rate := func(name string) float64 { return float64(b.N) * atOnce * size / 1e6 / times[name].Seconds() }
	for _, p := range proxies {
		b.ReportMetric(rate(p.name), p.name+"-MB/s")
	}
	b.ReportMetric(rate("borne")/rate("bare"), "borne/bare")
	b.ReportMetric(rate("borne")/max(rate("squid"), rate("tinyproxy")), "borne/peer")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkPeersConnect opens connections with their TLS handshake, connectAtOnce at a time, without a proxy and through each in
// turn, and tells what each adds at the same quantile.
func BenchmarkPeersConnect(b *testing.B) {
	enter(b)
	const rounds = 100 // of one connection through each, for each client
	certificate, pool := authority(b, tlsHost)
	server := &tls.Config{Certificates: []tls.Certificate{certificate}, SessionTicketsDisabled: true}
	serve(b, tlsAddress, func(conn *net.TCPConn) {
		defer conn.Close()
		site := tls.Server(conn, server)
		if site.Handshake() == nil {
			_, _ = io.Copy(io.Discard, site) // until the client goes
		}
	})
	proxies := []*proxy{nil}
	for _, name := range peerNames() {
		p := start(b, name)
		p.refuses(b, string(demo.Forbidden))
		proxies = append(proxies, p)
	}
	client := &tls.Config{ServerName: tlsHost, RootCAs: pool}
	open := func(p *proxy) (time.Duration, error) {
		begin := time.Now()
		conn, err := dial(p, tlsHost, tlsAddress.String())
		if err != nil {
			return 0, err
		}
		defer conn.Close()
		err = tls.Client(conn, client).Handshake()
		return time.Since(begin), err
	}
	nameOf := func(p *proxy) string {
		if p == nil {
			return "direct"
		}
		return p.name
	}
	var mu sync.Mutex
	times := map[string][]time.Duration{}
	for b.Loop() {
		// The turns are of one connection, in an order that changes: what the machine does besides, and what the one before
		// leaves to be done, falls on all alike.
		err := together(connectAtOnce, func(int) error {
			for range rounds {
				for _, i := range rand.Perm(len(proxies)) {
					p := proxies[i]
					took, err := open(p)
					if err != nil {
						return fmt.Errorf("%s: %w", nameOf(p), err)
					}
					mu.Lock()
					times[nameOf(p)] = append(times[nameOf(p)], took)
					mu.Unlock()
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for _, quantile := range []struct {
		name string
		at   float64
	}{{"p50", 0.5}, {"p99", 0.99}} {
		micros := func(name string) float64 {
			slices.Sort(times[name])
			return float64(times[name][int(quantile.at*float64(len(times[name])-1))].Microseconds())
		}
		direct := micros("direct")
		b.ReportMetric(direct, "direct-"+quantile.name+"-µs")
		added := map[string]float64{}
		for _, name := range peerNames() {
			added[name] = micros(name) - direct
			b.ReportMetric(added[name], name+"-adds-"+quantile.name+"-µs")
		}
		if peer := min(added["squid"], added["tinyproxy"]); peer > 0 && added["borne"] > 0 {
			b.ReportMetric(added["borne"]/peer, "borne/peer-"+quantile.name)
		} else {
			b.Logf("%s: no ratio, a proxy adds less than the machine's noise", quantile.name)
		}
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkPeersIdle opens tunnels in which nothing moves, and tells what each takes of a fresh process's memory.
func BenchmarkPeersIdle(b *testing.B) {
	enter(b)
	const (
		tunnels  = 2000
		aimBytes = 25e3
	)
	first := hello(b, bulkHost)
	accepted := make(chan net.Conn, tunnels+1)
	serve(b, bulkAddress, func(conn *net.TCPConn) {
		if _, err := io.ReadFull(conn, make([]byte, len(first))); err == nil {
			accepted <- conn
		}
	})
	each := map[string]float64{}
	runs := 0.
	for b.Loop() {
		runs++
		for _, name := range peerNames() {
			p := start(b, name)
			p.refuses(b, string(demo.Forbidden))
			var conns []net.Conn
			open := func() error {
				conn, err := dial(p, bulkHost, "")
				if err != nil {
					return err
				}
				conns = append(conns, conn)
				_, err = conn.Write(first)
				return err
			}
			wait := func() error {
				select {
				case conn := <-accepted:
					conns = append(conns, conn)
					return nil
				case <-time.After(20 * time.Second):
					return errors.New("the site hears nothing")
				}
			}
			// The first tunnel brings in what all share.
			if err := errors.Join(open(), wait()); err != nil {
				b.Fatalf("%s: %v", name, err)
			}
			before := p.pssBytes(b)
			for range tunnels {
				if err := errors.Join(open(), wait()); err != nil {
					b.Fatalf("%s, after %d tunnels: %v", name, len(conns)/2, err)
				}
			}
			each[name] += float64(p.pssBytes(b)-before) / tunnels
			for _, conn := range conns {
				conn.Close()
			}
		}
	}
	for _, name := range peerNames() {
		b.ReportMetric(each[name]/runs/1e3, name+"-KB/tunnel")
	}
	b.ReportMetric(each["borne"]/runs/aimBytes, "borne/aim")
	b.ReportMetric(0, "ns/op")
}

// together runs f n times at once and returns what went wrong.
func together(n int, f func(int) error) error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = f(i) })
	}
	all.Wait()
	return errors.Join(errs...)
}
