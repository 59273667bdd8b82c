// Package httpsig signs a borne's requests and verifies them: HTTP Message
// Signatures (RFC 9421) with Ed25519, in the one profile that kiosk/fleet.go
// fixes (label "borne", components @method @path @query content-digest,
// parameters created, keyid, nonce).
//
// Sign is for the agent on the borne, Verify for the central office; Read
// shows what a signature claims before it is verified.
//
// It is not a general implementation of the RFC: any other label, component,
// parameter or algorithm is refused. Both sides build the signature base from
// the profile and never from what the peer asks for, so a peer cannot leave
// out a component or reorder them.
//
// It remembers no nonce. A request may be replayed within
// kiosk.MaxSignatureAge by whoever read it inside TLS (an inspecting proxy);
// every device call is idempotent (a check-in is a report, a cell batch is
// added once per sequence number, a command report only moves a state
// forward), so a replay changes nothing. A server that wants more can keep
// Parameters.Nonce for that long.
package httpsig
