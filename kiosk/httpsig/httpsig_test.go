package httpsig

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	remitly "github.com/remitly-oss/httpsig-go"
	"github.com/remitly-oss/httpsig-go/keyman"

	"borne/kiosk"
)

// The key test-key-ed25519 that RFC 9421 publishes in appendix B.1.4.
const rfcSeed = "9f8362f87a484a954e6e740c5b4c0e84229139a20aa8ab56ff66586f6a7d29c5"

func rfcKey(t testing.TB) ed25519.PrivateKey {
	seed, err := hex.DecodeString(rfcSeed)
	if err != nil {
		t.Fatal(err)
	}
	return ed25519.NewKeyFromSeed(seed)
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func keys(t testing.TB) func(string) (ed25519.PublicKey, error) {
	pub := rfcKey(t).Public().(ed25519.PublicKey)
	return func(id string) (ed25519.PublicKey, error) {
		if id != "k1" {
			return nil, errNoKey
		}
		return pub, nil
	}
}

var errNoKey = errors.New("no such borne")

func signed(t testing.TB, method, target, body string) *http.Request {
	t.Helper()
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	if err := Sign(req, []byte(body), "k1", rfcKey(t), noon); err != nil {
		t.Fatal(err)
	}
	return req
}

// TestKnownAnswer is RFC 9421 appendix B.2.6, whose components differ from
// our profile: it holds the signature base and the algorithm.
func TestKnownAnswer(t *testing.T) {
	base := signatureBase([]component{
		{"date", "Tue, 20 Apr 2021 02:07:55 GMT"},
		{"@method", "POST"}, {"@path", "/foo"}, {"@authority", "example.com"},
		{"content-type", "application/json"}, {"content-length", "18"},
	}, `("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`)
	got := base64.StdEncoding.EncodeToString(ed25519.Sign(rfcKey(t), base))
	const want = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
	if got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestRoundTrip(t *testing.T) {
	for _, c := range []struct{ name, method, target, body string }{
		{"post", "POST", "/api/device/v1/check-in?wait=50", `{"state":"ready"}`},
		{"get without body", "GET", "/api/device/v1/bundle", ""},
		{"escaped path", "POST", "/api/device/v1/commands/a%2Fb", "{}"},
		{"binary body", "POST", "/api/device/v1/cells", "\x28\xb5\x2f\xfd\x00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			id, err := Verify(signed(t, c.method, c.target, c.body), []byte(c.body), keys(t), noon.Add(4*time.Minute))
			if err != nil || id != "k1" {
				t.Errorf("Verify = %q, %v", id, err)
			}
		})
	}
}

// TestOverHTTP sends a signed request through a real server, where the URL is
// parsed anew.
func TestOverHTTP(t *testing.T) {
	result := make(chan error, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, err := Verify(r, body, keys(t), noon)
		result <- err
	}))
	defer srv.Close()
	for _, target := range []string{"", "/", "/a%2fb/é?x=1&y=%20", "/a?"} {
		req, err := http.NewRequest("POST", srv.URL+target, strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		if err := Sign(req, []byte("body"), "k1", rfcKey(t), noon); err != nil {
			t.Fatal(err)
		}
		res, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if err := <-result; err != nil {
			t.Errorf("%q: %v", target, err)
		}
	}
}

// TestAgainstAnotherImplementation holds the profile against an independent
// implementation of the RFC, both ways.
func TestAgainstAnotherImplementation(t *testing.T) {
	key := rfcKey(t)
	t.Run("it verifies ours", func(t *testing.T) {
		req := httptest.NewRequest("POST", "/api/device/v1/check-in?wait=50", strings.NewReader("{}"))
		if err := Sign(req, []byte("{}"), "k1", key, time.Now()); err != nil {
			t.Fatal(err)
		}
		kf := keyman.NewKeyFetchInMemory(map[string]remitly.KeySpec{
			"k1": {KeyID: "k1", Algo: remitly.Algo_ED25519, PubKey: key.Public()}})
		res, err := remitly.Verify(req, kf, remitly.VerifyProfile{SignatureLabel: kiosk.SignatureLabel,
			RequiredFields: remitly.Fields(kiosk.SignatureFields()...)})
		if err != nil || !res.Verified {
			t.Errorf("verified %v, %v", res.Verified, err)
		}
	})
	t.Run("we verify its", func(t *testing.T) {
		req := httptest.NewRequest("POST", "/api/device/v1/check-in?wait=50", strings.NewReader("{}"))
		err := remitly.Sign(req, remitly.SigningProfile{Algorithm: remitly.Algo_ED25519, Digest: remitly.DigestSHA256,
			Fields: remitly.Fields(kiosk.SignatureFields()...), Label: kiosk.SignatureLabel, Nonce: remitly.NonceRandom32,
			Metadata: []remitly.Metadata{remitly.MetaCreated, remitly.MetaKeyID, remitly.MetaNonce},
		}, remitly.SigningKey{Key: key, MetaKeyID: "k1"})
		if err != nil {
			t.Fatal(err)
		}
		if id, err := Verify(req, []byte("{}"), keys(t), time.Now()); err != nil || id != "k1" {
			t.Errorf("Verify = %q, %v (%v)", id, err, req.Header)
		}
	})
}

func TestRefusals(t *testing.T) {
	const body = `{"state":"ready"}`
	edit := func(header, old, with string) func(*http.Request) {
		return func(r *http.Request) {
			v := r.Header.Get(header)
			if !strings.Contains(v, old) {
				panic("test edits nothing: " + v)
			}
			r.Header.Set(header, strings.Replace(v, old, with, 1))
		}
	}
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		body   string
		now    time.Time
		want   error
	}{
		{name: "not signed", change: func(r *http.Request) { r.Header = http.Header{} }, want: ErrMissing},
		{name: "no signature", change: func(r *http.Request) { r.Header.Del("Signature") }, want: ErrMissing},
		{name: "another body", change: func(*http.Request) {}, body: body + " ", want: ErrDigest},
		{name: "no digest", change: func(r *http.Request) { r.Header.Del("Content-Digest") }, want: ErrInvalid},
		{name: "two digests", change: func(r *http.Request) { r.Header.Add("Content-Digest", ContentDigest(nil)) }, want: ErrInvalid},
		{name: "another digest", change: func(r *http.Request) { r.Header.Set("Content-Digest", ContentDigest(nil)) }, want: ErrDigest},
		{name: "another method", change: func(r *http.Request) { r.Method = "PUT" }, want: ErrInvalid},
		{name: "another path", change: func(r *http.Request) { r.URL.Path = "/api/device/v1/cells" }, want: ErrInvalid},
		{name: "another query", change: func(r *http.Request) { r.URL.RawQuery = "wait=0" }, want: ErrInvalid},
		{name: "another nonce", change: edit("Signature-Input", `nonce="`, `nonce="A`), want: ErrInvalid},
		{name: "another borne", change: edit("Signature-Input", `"k1"`, `"k2"`), want: errNoKey},
		{name: "another label", change: edit("Signature-Input", "borne=", "sig1="), want: ErrInvalid},
		{name: "two labels", change: edit("Signature-Input", "borne=", "sig1=(), borne="), want: ErrInvalid},
		{name: "fewer components", change: edit("Signature-Input", ` "content-digest"`, ""), want: ErrInvalid},
		{name: "another order", change: edit("Signature-Input", `"@method" "@path"`, `"@path" "@method"`), want: ErrInvalid},
		{name: "component parameter", change: edit("Signature-Input", `"@method"`, `"@method";req`), want: ErrInvalid},
		{name: "further parameter", change: edit("Signature-Input", `;keyid`, `;alg="ed25519";keyid`), want: ErrInvalid},
		{name: "no nonce", change: edit("Signature-Input", `;nonce=`, `;tag=`), want: ErrInvalid},
		{name: "created is a string", change: edit("Signature-Input", `created=`, `created="x";c=`), want: ErrInvalid},
		{name: "keyid is a number", change: edit("Signature-Input", `keyid="k1"`, `keyid=1`), want: ErrInvalid},
		{name: "short signature", change: func(r *http.Request) { r.Header.Set("Signature", "borne=:AAAA:") }, want: ErrInvalid},
		{name: "two signatures", change: func(r *http.Request) { r.Header.Add("Signature", "borne=:AAAA:") }, want: ErrInvalid},
		{name: "garbage", change: func(r *http.Request) { r.Header.Set("Signature-Input", "((((") }, want: ErrInvalid},
		{name: "old", change: func(*http.Request) {}, now: noon.Add(kiosk.MaxSignatureAge + time.Second), want: ErrStale},
		{name: "from the future", change: func(*http.Request) {}, now: noon.Add(-kiosk.MaxSignatureAge - time.Second), want: ErrStale},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := signed(t, "POST", "/api/device/v1/check-in?wait=50", body)
			c.change(req)
			if c.body == "" {
				c.body = body
			}
			if c.now.IsZero() {
				c.now = noon
			}
			if id, err := Verify(req, []byte(c.body), keys(t), c.now); !errors.Is(err, c.want) || id != "" {
				t.Errorf("Verify = %q, %v, want %v", id, err, c.want)
			}
		})
	}
}

func TestNonces(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		p, err := Read(signed(t, "GET", "/", "").Header)
		if err != nil || p.KeyID != "k1" || !p.Created.Equal(noon) || len(p.Nonce) < 16 || seen[p.Nonce] {
			t.Fatalf("Read = %+v, %v", p, err)
		}
		seen[p.Nonce] = true
	}
}

func TestBadKeys(t *testing.T) {
	req := httptest.NewRequest("GET", "/", nil)
	if err := Sign(req, nil, "k1", nil, noon); err == nil {
		t.Error("signed without a key")
	}
	req = signed(t, "GET", "/", "")
	_, err := Verify(req, nil, func(string) (ed25519.PublicKey, error) { return nil, nil }, noon)
	if !errors.Is(err, ErrInvalid) {
		t.Errorf("empty public key: %v", err)
	}
}

// FuzzVerify: nothing but the signed request verifies, and nothing panics.
func FuzzVerify(f *testing.F) {
	good := signed(f, "POST", "/a?b=c", "body")
	input, sig := good.Header.Get("Signature-Input"), good.Header.Get("Signature")
	f.Add("POST", "/a", "b=c", ContentDigest([]byte("body")), input, sig, []byte("body"))
	f.Add("GET", "", "", "", `borne=();created=1`, "borne=::", []byte(nil))
	f.Add("POST", "/a", "b=c", ContentDigest([]byte("body")), `borne=("@method");created="x"`, sig, []byte("body"))
	lookup := keys(f)
	f.Fuzz(func(t *testing.T, method, path, query, digest, input, sig string, body []byte) {
		req := &http.Request{Method: method, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{
			"Content-Digest": {digest}, "Signature-Input": {input}, "Signature": {sig}}}
		if _, err := Verify(req, body, lookup, noon); err == nil &&
			(method != "POST" || path != "/a" || query != "b=c" || !bytes.Equal(body, []byte("body"))) {
			t.Errorf("verified %q %q?%q with body %q", method, path, query, body)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	body := bytes.Repeat([]byte("x"), 1000)
	req := signed(b, "POST", "/api/device/v1/cells", string(body))
	lookup := keys(b)
	for b.Loop() {
		if _, err := Verify(req, body, lookup, noon); err != nil {
			b.Fatal(err)
		}
	}
}
