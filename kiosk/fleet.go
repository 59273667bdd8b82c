package kiosk

import (
	"crypto/ed25519"
	"time"
)

// Paths of the device API, under the central office's address.
const (
	PathEnrol    = "/api/device/v1/enrol"    // POST EnrolRequest -> EnrolReply, not signed
	PathCheckIn  = "/api/device/v1/check-in" // POST CheckIn -> CheckInReply
	PathBundle   = "/api/device/v1/bundle"   // GET -> the signed archive
	PathCells    = "/api/device/v1/cells"    // POST CellBatch (zstd) -> Watermark
	PathCommands = "/api/device/v1/commands" // POST {PathCommands}/{id} CommandReport
)

// Requests are signed with HTTP Message Signatures (RFC 9421), Ed25519, under
// this label, with the borne's id as keyid. @authority is left out: inspecting
// proxies may rewrite it.
const SignatureLabel = "borne"

// SignatureFields are the components that a signature covers. A request
// without a body has the digest of the empty body.
func SignatureFields() []string {
	return []string{"@method", "@path", "@query", "content-digest"}
}

// MaxSignatureAge is how far a signature's creation may lie from the server's
// clock. A borne learns its offset from CheckInReply and from error answers
// (header Date), so a wrong clock does not shut it out.
const MaxSignatureAge = 5 * time.Minute

// MaxWait is the longest a check-in is held open (query parameter
// "wait", in seconds) when there is nothing to say.
const MaxWait = 50 * time.Second

// EnrolRequest asks for an identity. The key is made on the borne and its
// private half never leaves it.
type EnrolRequest struct {
	Code      string            `json:"code"`
	PublicKey ed25519.PublicKey `json:"public_key"`
	Versions  Versions          `json:"versions"`
}

// EnrolReply is the borne's identity at the central office.
type EnrolReply struct {
	KioskID      string `json:"kiosk_id"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Site         string `json:"site"`
	// Groups the borne belongs to, for the audience of bundles.
	Groups []string `json:"groups,omitempty"`
	// BundleKeys are the public keys that may sign bundles.
	BundleKeys []ed25519.PublicKey `json:"bundle_keys"`
	// Maintenance is the secret that codes of the maintenance screen are made of;
	// a central office that makes none leaves it out.
	Maintenance []byte `json:"maintenance,omitempty"`
}

// Versions tells what runs on a borne.
type Versions struct {
	Borne    string `json:"borne"`
	Chromium string `json:"chromium,omitempty"`
	Debian   string `json:"debian,omitempty"`
	Kernel   string `json:"kernel,omitempty"`
}

// Level says how well something is.
type Level string

// The levels of a health fact.
const (
	LevelOK   Level = "ok"
	LevelWarn Level = "warn"
	LevelFail Level = "fail"
)

// Fact is one line of a borne's health: "disk", warn, "7 % free on /var".
// Facts never hold anything that a visitor did.
type Fact struct {
	Name   string `json:"name"`
	Level  Level  `json:"level"`
	Detail string `json:"detail"`
}

// CheckIn is what a borne tells.
type CheckIn struct {
	State    State    `json:"state"`
	Reason   string   `json:"reason,omitempty"`
	Help     Help     `json:"help,omitempty"`
	Versions Versions `json:"versions"`
	Health   []Fact   `json:"health"`
	// BundleVersion is the version in use, 0 for the one that ships.
	BundleVersion uint64 `json:"bundle_version"`
	// BundleFault says why a bundle that was offered is not in use.
	BundleFault string    `json:"bundle_fault,omitempty"`
	Clock       time.Time `json:"clock"`
	// Pending is the number of closed cells not yet acknowledged.
	Pending uint64 `json:"pending"`
	// EverySeconds is the borne's own rhythm, 0 when its check-ins are held.
	EverySeconds int `json:"every_seconds,omitempty"`
}

// CheckInReply is what the central office wants.
type CheckInReply struct {
	Now      time.Time    `json:"now"`
	Bundle   *BundleOffer `json:"bundle,omitempty"`
	Commands []Command    `json:"commands,omitempty"`
	// NextSeconds is when to check in again, 0 for at once (long poll).
	NextSeconds int `json:"next_seconds"`
}

// BundleOffer names the bundle that a borne should run.
type BundleOffer struct {
	Version uint64 `json:"version"`
	SHA256  string `json:"sha256"`
	Size    int64  `json:"size"`
}

// CommandKind is what a technician asks of a borne.
type CommandKind string

// The commands that a borne obeys today.
const (
	CommandMessage    CommandKind = "message"     // Argument is the text; empty takes it away
	CommandEndSession CommandKind = "end-session" // ends the visit at once
	CommandRestart    CommandKind = "restart"     // restarts borned between visitors
	CommandClose      CommandKind = "close"
	CommandOpen       CommandKind = "open"
	// CommandAllowHost opens one more site to the visitor who is there, until
	// the end of the visit. Argument is the host: it is written down nowhere.
	CommandAllowHost CommandKind = "allow-host"
	// CommandProlong gives the visitor who is there more time. Argument is in
	// minutes, 1 to 120.
	CommandProlong CommandKind = "prolong"
)

// CommandKinds lists every kind.
func CommandKinds() []CommandKind {
	return []CommandKind{CommandMessage, CommandEndSession, CommandRestart, CommandClose, CommandOpen, CommandAllowHost, CommandProlong}
}

// Command is an order on its way to a borne.
type Command struct {
	ID       string      `json:"id"`
	Kind     CommandKind `json:"kind"`
	Argument string      `json:"argument,omitempty"`
	// Urgent commands do not wait for the end of a session.
	Urgent  bool      `json:"urgent,omitempty"`
	Expires time.Time `json:"expires"`
}

// CommandState is where a command stands.
type CommandState string

// The states of a command: queued → sent → accepted → done, failed, expired
// or cancelled.
const (
	CommandQueued    CommandState = "queued"
	CommandSent      CommandState = "sent"
	CommandAccepted  CommandState = "accepted"
	CommandDone      CommandState = "done"
	CommandFailed    CommandState = "failed"
	CommandExpired   CommandState = "expired"
	CommandCancelled CommandState = "cancelled"
)

// Final reports whether the command's state will not change any more.
func (s CommandState) Final() bool {
	return s == CommandDone || s == CommandFailed || s == CommandExpired || s == CommandCancelled
}

// CommandReport is what a borne says of a command: accepted, done or failed.
type CommandReport struct {
	State  CommandState `json:"state"`
	Detail string       `json:"detail,omitempty"`
}

// Problem is an error answer of the central office (RFC 9457).
type Problem struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail,omitempty"`
}
