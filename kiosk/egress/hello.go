package egress

import (
	"encoding/binary"
	"errors"
	"strings"

	"borne/kiosk/allowlist"
)

// Numbers of RFC 8446, RFC 6066 and RFC 9849 (Encrypted Client Hello).
const (
	recordHandshake    = 22
	handshakeHello     = 1
	maxRecordBytes     = 1 << 14
	extServerName      = 0
	extECH             = 0xfe0d
	extECHOuter        = 0xfd00
	extESNI            = 0xffce
	nameTypeHost       = 0
	recordHeaderBytes  = 5
	handshakeHeadBytes = 4
	maxSessionIDBytes  = 32
	helloRandomBytes   = 32
	legacyVersionBytes = 2
	maxExtensionsOfOne = 256
)

// errNotHello: what came is not one well-formed ClientHello.
var errNotHello = errors.New("not a TLS client hello")

// helloReader takes the first bytes of a TLS client in any segmentation, over
// any number of records.
type helloReader struct {
	raw     []byte // everything received, to be sent on as it came
	records int    // bytes of raw that were taken apart
	message []byte // handshake bytes out of the records
	limit   int
}

// add takes more bytes; done is true once the whole hello is there.
func (h *helloReader) add(b []byte) (done bool, err error) {
	h.raw = append(h.raw, b...)
	for {
		rest := h.raw[h.records:]
		if len(rest) > 0 && rest[0] != recordHandshake || len(rest) > 1 && rest[1] != 3 {
			return false, errNotHello
		}
		if len(rest) < recordHeaderBytes {
			break
		}
		n := int(binary.BigEndian.Uint16(rest[3:]))
		if n == 0 || n > maxRecordBytes {
			return false, errNotHello
		}
		if len(rest) < recordHeaderBytes+n {
			break
		}
		h.message = append(h.message, rest[recordHeaderBytes:recordHeaderBytes+n]...)
		h.records += recordHeaderBytes + n
		if h.message[0] != handshakeHello {
			return false, errNotHello
		}
		if len(h.message) < handshakeHeadBytes {
			continue
		}
		size := handshakeHeadBytes + int(h.message[1])<<16 + int(binary.BigEndian.Uint16(h.message[2:]))
		switch {
		case size > h.limit || len(h.message) > size:
			return false, errNotHello
		case len(h.message) == size:
			return true, nil
		}
	}
	if len(h.raw) > h.limit {
		return false, errNotHello
	}
	return false, nil
}

// check judges a whole hello: the reason is empty when it names host in clear
// and hides nothing.
func (h *helloReader) check(host string) allowlist.Reason {
	hello, err := parseHello(h.message)
	switch {
	case err != nil:
		return allowlist.NotTLS
	case hello.ech:
		// Chromium sends a decoy ("GREASE") under the same number unless the
		// policy EncryptedClientHelloEnabled is false: nothing tells them apart
		// (seen with Chromium 156, with the policy and without).
		return allowlist.ECH
	case hello.serverName == "":
		return allowlist.SNIMissing
	case !strings.EqualFold(hello.serverName, host):
		return allowlist.SNIMismatch
	}
	return ""
}

type clientHello struct {
	serverName string
	ech        bool
}

// parseHello reads a ClientHello message (RFC 8446 §4.1.2) to its last byte.
func parseHello(message []byte) (clientHello, error) {
	var h clientHello
	if len(message) < handshakeHeadBytes {
		return h, errNotHello
	}
	r := reader{rest: message[handshakeHeadBytes:]}
	r.bytes(legacyVersionBytes + helloRandomBytes)
	if len(r.vector(1)) > maxSessionIDBytes {
		return h, errNotHello
	}
	if suites := r.vector(2); len(suites) == 0 || len(suites)%2 != 0 {
		return h, errNotHello
	}
	if len(r.vector(1)) == 0 { // compression methods
		return h, errNotHello
	}
	if !r.bad && len(r.rest) == 0 {
		return h, nil // no extensions: an old client without a name
	}
	extensions := reader{rest: r.vector(2)}
	if r.bad || len(r.rest) != 0 {
		return h, errNotHello
	}
	seen := make(map[uint16]bool, 32)
	for len(extensions.rest) > 0 {
		head := extensions.bytes(2)
		body := extensions.vector(2)
		if extensions.bad {
			return h, errNotHello
		}
		id := binary.BigEndian.Uint16(head)
		if seen[id] || len(seen) >= maxExtensionsOfOne {
			return h, errNotHello
		}
		seen[id] = true
		switch {
		case id == extServerName:
			name, err := parseServerName(body)
			if err != nil {
				return h, err
			}
			h.serverName = name
		case id == extECH || id == extECHOuter || id == extESNI || id >= 0xfe08 && id < extECH: // also drafts 8 to 12
			h.ech = true
		}
	}
	return h, nil
}

// parseServerName reads RFC 6066 §3 with exactly one host name.
func parseServerName(body []byte) (string, error) {
	r := reader{rest: body}
	list := reader{rest: r.vector(2)}
	kind := list.bytes(1)
	name := list.vector(2)
	if r.bad || list.bad || len(r.rest) != 0 || len(list.rest) != 0 || kind[0] != nameTypeHost || len(name) == 0 {
		return "", errNotHello
	}
	return string(name), nil
}

// reader cuts a byte string; once it ran short it is bad and gives nil.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) bytes(n int) []byte {
	if r.bad || len(r.rest) < n {
		r.bad = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// vector reads a length of 1 or 2 bytes and that many bytes.
func (r *reader) vector(lengthBytes int) []byte {
	n := 0
	for _, b := range r.bytes(lengthBytes) {
		n = n<<8 | int(b)
	}
	return r.bytes(n)
}
