package httpsig

import (
	"crypto/ed25519"
	"fmt"
	"net/http"
	"slices"
	"time"

	sfv "github.com/dunglas/httpsfv"

	"borne/kiosk"
)

// Parameters are what a signature says of itself.
type Parameters struct {
	// KeyID is the borne's id.
	KeyID string
	// Created has a resolution of one second.
	Created time.Time
	Nonce   string
}

// maxParameter bounds keyid and nonce, which servers may keep.
const maxParameter = 128

// Read returns what the signature in h claims, unverified: for a log line
// about a refused request, or to remember the nonce of a verified one.
func Read(h http.Header) (Parameters, error) {
	c, err := read(h)
	return c.Parameters, err
}

// claims is a parsed signature. raw is its parameters in canonical form.
type claims struct {
	Parameters
	raw       string
	signature []byte
}

func read(h http.Header) (claims, error) {
	if h.Get(headerInput) == "" || h.Get(headerSignature) == "" {
		return claims{}, ErrMissing
	}
	input, err := member(h, headerInput)
	if err != nil {
		return claims{}, err
	}
	list, ok := input.(sfv.InnerList)
	if !ok {
		return claims{}, fmt.Errorf("%w: %s is not a list of components", ErrInvalid, headerInput)
	}
	p, err := parameters(list)
	if err != nil {
		return claims{}, err
	}
	raw, err := sfv.Marshal(list)
	if err != nil {
		return claims{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	sig, err := member(h, headerSignature)
	if err != nil {
		return claims{}, err
	}
	item, ok := sig.(sfv.Item)
	if !ok {
		return claims{}, fmt.Errorf("%w: %s is not a byte sequence", ErrInvalid, headerSignature)
	}
	b, ok := item.Value.([]byte)
	if !ok || len(b) != ed25519.SignatureSize || len(item.Params.Names()) != 0 {
		return claims{}, fmt.Errorf("%w: %s is not %d bytes", ErrInvalid, headerSignature, ed25519.SignatureSize)
	}
	return claims{p, raw, b}, nil
}

// single returns the only value of a header: two would be joined or chosen
// from differently by different readers.
func single(h http.Header, name string) (string, error) {
	vs := h.Values(name)
	if len(vs) != 1 {
		return "", fmt.Errorf("%w: %d headers %s, want one", ErrInvalid, len(vs), name)
	}
	return vs[0], nil
}

// member returns the dictionary member of our label, which must be alone.
func member(h http.Header, name string) (sfv.Member, error) {
	v, err := single(h, name)
	if err != nil {
		return nil, err
	}
	d, err := sfv.UnmarshalDictionary([]string{v})
	if err != nil {
		return nil, fmt.Errorf("%w: parse %s: %w", ErrInvalid, name, err)
	}
	m, ok := d.Get(kiosk.SignatureLabel)
	if !ok || len(d.Names()) != 1 {
		return nil, fmt.Errorf("%w: %s must hold the label %q alone", ErrInvalid, name, kiosk.SignatureLabel)
	}
	return m, nil
}

func parameters(list sfv.InnerList) (Parameters, error) {
	fields := kiosk.SignatureFields()
	var got []string
	for _, item := range list.Items {
		name, ok := item.Value.(string)
		if !ok || len(item.Params.Names()) != 0 {
			return Parameters{}, fmt.Errorf("%w: a component is not a plain name", ErrInvalid)
		}
		got = append(got, name)
	}
	if !slices.Equal(got, fields) {
		return Parameters{}, fmt.Errorf("%w: it covers %q, want %q", ErrInvalid, got, fields)
	}
	if names := list.Params.Names(); len(names) != 3 {
		return Parameters{}, fmt.Errorf("%w: parameters %q, want created, keyid, nonce", ErrInvalid, names)
	}
	created, okCreated := param[int64](list, "created")
	keyID, okKey := param[string](list, "keyid")
	nonce, okNonce := param[string](list, "nonce")
	if !okCreated || !okKey || !okNonce || created < 0 || keyID == "" || nonce == "" ||
		len(keyID) > maxParameter || len(nonce) > maxParameter {
		return Parameters{}, fmt.Errorf("%w: created, keyid and nonce are required", ErrInvalid)
	}
	return Parameters{KeyID: keyID, Created: time.Unix(created, 0), Nonce: nonce}, nil
}

func param[T any](list sfv.InnerList, name string) (T, bool) {
	v, _ := list.Params.Get(name)
	t, ok := v.(T)
	return t, ok
}

// innerList is the value of Signature-Input for our profile.
func innerList(p Parameters) sfv.InnerList {
	list := sfv.InnerList{Params: sfv.NewParams()}
	for _, f := range kiosk.SignatureFields() {
		list.Items = append(list.Items, sfv.NewItem(f))
	}
	list.Params.Add("created", p.Created.Unix())
	list.Params.Add("keyid", p.KeyID)
	list.Params.Add("nonce", p.Nonce)
	return list
}
