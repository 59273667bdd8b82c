package httpsig

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	sfv "github.com/dunglas/httpsfv"

	"borne/kiosk"
)

// Why a request is refused. A server answers 401 to each of them, with a Date
// that lets a borne correct its clock.
var (
	ErrMissing = errors.New("request is not signed")
	ErrInvalid = errors.New("signature is not valid")
	ErrDigest  = errors.New("content digest does not match the body")
	// ErrStale means created lies more than kiosk.MaxSignatureAge from now.
	ErrStale = errors.New("signature is too old or from the future: the borne's clock is wrong")
)

const (
	headerDigest    = "Content-Digest"
	headerInput     = "Signature-Input"
	headerSignature = "Signature"
)

// Sign sets Content-Digest, Signature-Input and Signature on req, whose body
// is body (nil for none). keyID is the borne's id, now the central office's
// time as the borne knows it.
func Sign(req *http.Request, body []byte, keyID string, key ed25519.PrivateKey, now time.Time) error {
	if len(key) != ed25519.PrivateKeySize {
		return fmt.Errorf("sign request: private key of %d bytes, want %d", len(key), ed25519.PrivateKeySize)
	}
	nonce := make([]byte, 16)
	rand.Read(nonce) // never fails, crypto/rand
	list := innerList(Parameters{KeyID: keyID, Created: now, Nonce: base64.RawURLEncoding.EncodeToString(nonce)})
	params, err := sfv.Marshal(list)
	if err != nil {
		return fmt.Errorf("sign request: %w", err)
	}
	digest := ContentDigest(body)
	base := signatureBase(profile(req, digest), params)
	req.Header.Set(headerDigest, digest)
	req.Header.Set(headerInput, kiosk.SignatureLabel+"="+params)
	req.Header.Set(headerSignature, kiosk.SignatureLabel+"=:"+base64.StdEncoding.EncodeToString(ed25519.Sign(key, base))+":")
	return nil
}

// Verify checks the signature of req, whose whole body is body, and returns
// the borne's id. lookup gives the public key of an id; its error comes back
// wrapped. Everything else that is wrong is ErrMissing, ErrInvalid, ErrDigest
// or ErrStale. Age is told last, so only the true key learns of it.
func Verify(req *http.Request, body []byte, lookup func(keyID string) (ed25519.PublicKey, error), now time.Time) (keyID string, err error) {
	claims, err := read(req.Header)
	if err != nil {
		return "", err
	}
	digest, err := single(req.Header, headerDigest)
	if err != nil {
		return "", err
	}
	// The one spelling that Sign produces: a second algorithm beside sha-256
	// would be signed but never checked.
	if subtle.ConstantTimeCompare([]byte(digest), []byte(ContentDigest(body))) != 1 {
		return "", ErrDigest
	}
	key, err := lookup(claims.KeyID)
	if err != nil {
		return "", fmt.Errorf("key of borne %q: %w", claims.KeyID, err)
	}
	if len(key) != ed25519.PublicKeySize {
		return "", fmt.Errorf("%w: public key of %d bytes", ErrInvalid, len(key))
	}
	if !ed25519.Verify(key, signatureBase(profile(req, digest), claims.raw), claims.signature) {
		return "", fmt.Errorf("%w: it does not fit the request and the borne's key", ErrInvalid)
	}
	if age := now.Sub(claims.Created); age > kiosk.MaxSignatureAge || age < -kiosk.MaxSignatureAge {
		return "", fmt.Errorf("%w (created %s, now %s)", ErrStale,
			claims.Created.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	return claims.KeyID, nil
}

// ContentDigest returns the Content-Digest (RFC 9530) of body by SHA-256.
func ContentDigest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// component is one covered component and its value.
type component struct{ name, value string }

// profile returns the values of kiosk.SignatureFields, in that order.
func profile(req *http.Request, digest string) []component {
	var cs []component
	for _, name := range kiosk.SignatureFields() {
		cs = append(cs, component{name, value(req, name, digest)})
	}
	return cs
}

func value(req *http.Request, name, digest string) string {
	switch name {
	case "@method":
		if req.Method == "" { // a client request built by hand
			return http.MethodGet
		}
		return req.Method
	case "@path": // section 2.2.6: as on the wire, "/" when empty
		if p := req.URL.EscapedPath(); p != "" {
			return p
		}
		return "/"
	case "@query": // section 2.2.7: "?" even when there is none
		return "?" + req.URL.RawQuery
	case "content-digest":
		return digest
	}
	// Nothing else is in the profile; a component added there and not here
	// must not verify as empty.
	panic("httpsig: no value for component " + name)
}

// signatureBase is section 2.5: a line for each component, and the parameters.
func signatureBase(cs []component, params string) []byte {
	var b strings.Builder
	for _, c := range cs {
		fmt.Fprintf(&b, "%q: %s\n", c.name, c.value)
	}
	b.WriteString(`"@signature-params": ` + params)
	return []byte(b.String())
}
