// Package peers holds no code of the product: its benchmarks compare the
// egress proxy's process, the binary as it is packaged, with Debian's squid and
// tinyproxy under the same allowlist, and with the least that a relay can do.
// All four run as processes of their own and take turns, in a network
// namespace that holds a loopback interface and nothing else:
//
//	make build && packaging/setup/install bench
//	go test -exec 'unshare --net --mount --' -run '^$' -bench . -benchtime 3x ./packaging/peers
//
// It is not a test of what the proxies refuse: that is kiosk/egress's.
package peers
