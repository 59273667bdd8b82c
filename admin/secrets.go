package admin

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// SecretKind says what a secret that an operator holds opens. Only the hash of
// a secret is kept.
type SecretKind string

// The kinds of secret.
const (
	SecretLink    SecretKind = "link"    // a login link, used once
	SecretSession SecretKind = "session" // a browser's cookie
	SecretToken   SecretKind = "token"   // bornectl's
)

// NewID returns a random id of 16 lower-case letters and digits (80 bits).
func NewID() string { return strings.ToLower(rand.Text()[:16]) }

// NewToken returns a secret of 26 letters and digits (128 bits at least).
func NewToken() string { return rand.Text() }

// HashToken returns what is kept of a secret that we drew ourselves. Such
// secrets hold enough chance that a plain hash cannot be searched; people's
// passwords do not, and go through argon2id in admin/auth.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// codeAlphabet is Crockford's base 32: no I, L, O or U to mistake.
const codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeLength gives 60 bits, for codes that live a day and are rate limited.
const codeLength = 12

// NewCode returns an enrolment code to type: "7KQ2-M9XA-4TRB".
func NewCode() string {
	var raw [codeLength]byte
	_, _ = rand.Read(raw[:]) // never fails (crypto/rand)
	for i := range raw {
		raw[i] = codeAlphabet[raw[i]%32]
	}
	return fmt.Sprintf("%s-%s-%s", raw[:4], raw[4:8], raw[8:])
}

// NormalizeCode returns a typed code without its spaces, hyphens and usual
// mistakes (small letters, O for 0, I or L for 1); ErrCodeUnknown when it
// cannot be one.
func NormalizeCode(typed string) (string, error) {
	s := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(typed)))
	if len(s) != codeLength || strings.Trim(s, codeAlphabet) != "" {
		return "", ErrCodeUnknown
	}
	return s, nil
}

// LoginPath is where a login link leads, below the console's address.
func LoginPath(token string) string { return "/connexion/" + token }
