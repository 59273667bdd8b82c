// Package egress is the only way out of a visitor's browser: an HTTP proxy
// that opens tunnels to what an allowlist allows, and to nothing else.
//
// A Proxy takes connections from a listener (Serve), reads one CONNECT, asks
// the Decider, resolves the name (once a minute), refuses every address that is
// not a plain public one or is this machine's own, dials exactly what it
// checked, and relays only once the client's TLS hello names the same host in
// clear. A Refusal tells the screen what was refused and why; Stats counts by
// reason.
//
// A borne runs it in a process of its own (Work), which a Remote in borned
// orders over a socket: it ends with the socket, and all it knew with it.
//
// It terminates no TLS, forwards no plain HTTP, keeps no cache, and never logs
// a host. It does not start its process: kiosk/sandbox does.
package egress
