package onetime

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"
)

// Digits is how long a code is.
const Digits = 8

const (
	// step is RFC 6238's X: each minute has its code.
	step = time.Minute
	// Life is how long a code of the central office is good for, at most: who
	// hears it walks to the borne.
	Life = 10 * time.Minute
	// ahead is how far the borne's clock may be behind.
	ahead = 2
)

// SecretBytes is the length of a Secret.
const SecretBytes = 32

// Secret is what a borne and its central office share. The zero value makes
// no code.
type Secret []byte

// Derive makes the secret of one enrolment from a key that the central office
// alone has. Nothing of it needs to be kept there: a copy of the database opens
// no borne. A borne that enrols again has another key, and so another secret.
func Derive(office ed25519.PrivateKey, kioskID string, borne ed25519.PublicKey) (Secret, error) {
	if len(office) != ed25519.PrivateKeySize || len(borne) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("derive the secret of a borne: a key of %d bytes for one of %d", len(office), len(borne))
	}
	info := "borne: maintenance code, version 1\x00" + kioskID + "\x00" + string(borne)
	return hkdf.Key(sha256.New, office.Seed(), nil, info, SecretBytes)
}

// Usable reports whether the secret makes codes.
func (s Secret) Usable() bool { return len(s) == SecretBytes }

// Code is what is to be typed at that time, "" without a usable secret.
func (s Secret) Code(at time.Time) string {
	if !s.Usable() {
		return ""
	}
	return s.at(stepOf(at))
}

func stepOf(at time.Time) int64 { return at.Unix() / int64(step/time.Second) }

// at is HOTP (RFC 4226, section 5.3) with SHA-256, as RFC 6238 allows.
func (s Secret) at(n int64) string {
	mac := hmac.New(sha256.New, s)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(n))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	from := sum[len(sum)-1] & 0xf
	return Format(binary.BigEndian.Uint32(sum[from:from+4]) & 0x7fffffff)
}

// Format writes a number as a code: its last digits.
func Format(n uint32) string { return fmt.Sprintf("%0*d", Digits, n%100_000_000) }
