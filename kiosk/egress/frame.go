package egress

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"borne/kiosk"
)

// Between borned and the proxy's process runs one stream of frames: a length
// of 4 bytes, big-endian, then that many bytes of one JSON object.
const (
	frameHeadBytes = 4
	// maxOrderBytes bounds what borned says: 100 000 rules are some 10 MB.
	maxOrderBytes = 32 << 20
	// maxWordBytes bounds what the process says: a refusal with one host.
	maxWordBytes = 4 << 10
)

// errFrame: what came is not a frame of this protocol. Either end leaves.
var errFrame = errors.New("malformed control frame")

// Setup is what a worker is given once, before anything else.
type Setup struct {
	Catalogue kiosk.Catalogue `json:"catalogue"`
	Policy    kiosk.Policy    `json:"policy"`
	// Upstream is the parent proxy's address with its credentials, empty for
	// none. See Options.Upstream.
	Upstream string `json:"upstream,omitempty"`
	Limits   Limits `json:"limits"`
	// Practice is who answers for kiosk.PracticeHost; without one nobody does.
	Practice *Identity `json:"practice,omitempty"`
	// Visit is in force from the first connection on; without one all are
	// denied. It is there when the process takes another's place.
	Visit *Visit `json:"visit,omitempty"`
}

// Identity is a TLS server's certificate, in DER, and its key, in PKCS #8.
type Identity struct {
	Certificate []byte `json:"certificate"`
	Key         []byte `json:"key"`
}

// Visit is what one visitor may reach, and the language of what is said.
type Visit struct {
	Language kiosk.Language `json:"language,omitempty"`
	// Practice: the visitor reaches the practice pages, and nothing else.
	Practice bool `json:"practice,omitempty"`
	// Hosts were added by a mediator for this visit (allowlist.List.With).
	Hosts []string `json:"hosts,omitempty"`
}

// order is what borned says; exactly one of Setup, Visit, Deny and Stop is
// there. Each is answered by the word Done with its number.
type order struct {
	Number uint64 `json:"number"`
	Setup  *Setup `json:"setup,omitempty"`
	Visit  *Visit `json:"visit,omitempty"`
	Deny   bool   `json:"deny,omitempty"`
	Stop   bool   `json:"stop,omitempty"`
}

func (o order) valid() bool {
	n := 0
	for _, there := range []bool{o.Setup != nil, o.Visit != nil, o.Deny, o.Stop} {
		if there {
			n++
		}
	}
	return n == 1 && o.Number > 0
}

// word is what the process says; exactly one of its fields is there.
type word struct {
	// Done is the number of an order that was carried out; Fault says why one
	// was not, and Stats come with the answer to Stop.
	Done  uint64 `json:"done,omitempty"`
	Fault string `json:"fault,omitempty"`
	Stats *Stats `json:"stats,omitempty"`

	Refused  *Refusal       `json:"refused,omitempty"`
	Upstream *UpstreamState `json:"upstream,omitempty"`
	// Uploading says that a document, or what is as large, begins or ceases to
	// leave; not which, nor where to.
	Uploading *bool `json:"uploading,omitempty"`
}

func (w word) valid() bool {
	n := 0
	for _, there := range []bool{w.Done > 0, w.Refused != nil, w.Upstream != nil, w.Uploading != nil} {
		if there {
			n++
		}
	}
	return n == 1 && (w.Done > 0 || w.Fault == "" && w.Stats == nil) && (w.Upstream == nil || w.Upstream.known())
}

// writeFrame sends v in one write.
func writeFrame(w io.Writer, v any, limit int) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(body) > limit {
		return fmt.Errorf("a control frame of %d bytes is too long", len(body))
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...))
	return err
}

// readFrame reads one frame into v, strictly: no field that is not known, and
// nothing after the object. It returns io.EOF when the other end left between
// two frames, and errFrame for all that is not one. Memory grows with what
// came, not with what was announced.
func readFrame(r io.Reader, v any, limit int) error {
	var head [frameHeadBytes]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return errFrame
		}
		return err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n == 0 || int64(n) > int64(limit) {
		return errFrame
	}
	var body bytes.Buffer
	if _, err := io.CopyN(&body, r, int64(n)); err != nil {
		if errors.Is(err, io.EOF) {
			return errFrame
		}
		return err
	}
	d := json.NewDecoder(&body)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return errFrame // not err: it may quote the frame
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errFrame
	}
	return nil
}
