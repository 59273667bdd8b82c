package bundle

import (
	"archive/tar"
	"bytes"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/klauspost/compress/zstd"

	"borne/kiosk"
)

var (
	testKey   = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	otherKey  = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, ed25519.SeedSize))
	testNow   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	testTrust = Trust{Keys: []ed25519.PublicKey{public(testKey)}, Organisation: "caf-gard", Groups: []string{"nimes"}}
)

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

func manifest(version uint64) kiosk.Manifest {
	return kiosk.Manifest{Version: version, Organisation: "caf-gard", NotBefore: testNow.Add(-time.Hour), Expires: testNow.Add(24 * time.Hour)}
}

func mustPack(t testing.TB, m kiosk.Manifest, key ed25519.PrivateKey) []byte {
	t.Helper()
	data, err := Pack(dirOf(good()), m, key)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func options() Options {
	return Options{Organisation: "caf-gard", Groups: []string{"nimes"}, Above: 0, Now: testNow}
}

func TestPackOpen(t *testing.T) {
	data := mustPack(t, manifest(7), testKey)
	if !bytes.Equal(data, mustPack(t, manifest(7), testKey)) {
		t.Error("packing twice gave different bytes")
	}
	b, err := Open(data, testTrust.Keys, options())
	if err != nil {
		t.Fatal(err)
	}
	if b.Configuration.Version != 7 || len(b.Configuration.Catalogue.Services) != 3 || b.List == nil || len(b.ManifestSHA256) != 64 {
		t.Errorf("opened as %+v", b)
	}
	if err := fstest.TestFS(b.FS, "settings.yaml", "services/caf.yaml"); err != nil {
		t.Error(err)
	}
	if b.Expired(testNow) || !b.Expired(testNow.Add(25*time.Hour)) {
		t.Error("expiry is not told")
	}
	// An expired bundle is still a bundle.
	o := options()
	o.Now = testNow.Add(1000 * time.Hour)
	if _, err := Open(data, testTrust.Keys, o); err != nil {
		t.Errorf("expired bundle: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	sealed := mustPack(t, manifest(7), testKey)
	grouped := manifest(7)
	grouped.Groups = []string{"ales"}
	entries := func(edit func([]entry) []entry) []byte {
		list, err := decompress(sealed, nil)
		if err != nil {
			t.Fatal(err)
		}
		data, err := compress(edit(list))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	cases := map[string]struct {
		data []byte
		edit func(*Options)
		keys []ed25519.PublicKey
		want error
	}{
		"another key":      {data: mustPack(t, manifest(7), otherKey), want: ErrSignature},
		"no key":           {data: sealed, keys: []ed25519.PublicKey{}, want: ErrSignature},
		"a key of no size": {data: sealed, keys: []ed25519.PublicKey{nil, {1}}, want: ErrSignature},
		"zero options":     {data: sealed, edit: func(o *Options) { *o = Options{Now: testNow} }, want: ErrAudience},
		"organisation":     {data: sealed, edit: func(o *Options) { o.Organisation = "caf-isere" }, want: ErrAudience},
		"groups":           {data: mustPack(t, grouped, testKey), want: ErrAudience},
		"same version":     {data: sealed, edit: func(o *Options) { o.Above = 7 }, want: ErrOlder},
		"older version":    {data: sealed, edit: func(o *Options) { o.Above = 8 }, want: ErrOlder},
		"not yet":          {data: sealed, edit: func(o *Options) { o.Now = testNow.Add(-2 * time.Hour) }, want: ErrNotYet},
		"nothing":          {data: nil, want: ErrMalformed},
		"noise":            {data: []byte("<html>portail captif</html>"), want: ErrMalformed},
		"cut short":        {data: sealed[:len(sealed)/2], want: ErrMalformed},
		"manifest changed": {data: entries(func(e []entry) []entry {
			e[0].data = bytes.Replace(e[0].data, []byte(`"version":7`), []byte(`"version":9`), 1)
			return e
		}), want: ErrSignature},
		"file changed": {data: entries(func(e []entry) []entry { e[2].data = append(e[2].data, '\n'); return e }), want: ErrMalformed},
		"file added":   {data: entries(func(e []entry) []entry { return append(e, entry{"services/x.yaml", []byte("x")}) }), want: ErrMalformed},
		"file missing": {data: entries(func(e []entry) []entry { return e[:len(e)-1] }), want: ErrMalformed},
		"out of order": {data: entries(func(e []entry) []entry { slices.Reverse(e); return e }), want: ErrMalformed},
		"no signature": {data: entries(func(e []entry) []entry { return e[:1] }), want: ErrMalformed},
		"file twice":   {data: entries(func(e []entry) []entry { return append(e, e[2]) }), want: ErrMalformed},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o, keys := options(), testTrust.Keys
			if c.edit != nil {
				c.edit(&o)
			}
			if c.keys != nil {
				keys = c.keys
			}
			b, err := Open(c.data, keys, o)
			if !errors.Is(err, c.want) || b != nil {
				t.Errorf("got %v, %v; want %v", b, err, c.want)
			}
		})
	}
}

// rawArchive builds what compress would never write.
func rawArchive(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, h := range headers {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, h.Size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestUnpackRefuses(t *testing.T) {
	many := make([]tar.Header, MaxFiles+3)
	for i := range many {
		many[i] = tar.Header{Name: "f" + strings.Repeat("a", i%40) + "/" + string(rune('a'+i/40%26)) + string(rune('a'+i/1040)), Typeflag: tar.TypeReg}
	}
	for name, data := range map[string][]byte{
		"parent":    rawArchive(t, tar.Header{Name: "../etc/passwd", Typeflag: tar.TypeReg}),
		"absolute":  rawArchive(t, tar.Header{Name: "/etc/passwd", Typeflag: tar.TypeReg}),
		"inside":    rawArchive(t, tar.Header{Name: "a/../b", Typeflag: tar.TypeReg}),
		"symlink":   rawArchive(t, tar.Header{Name: "a", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink}),
		"hard link": rawArchive(t, tar.Header{Name: "a", Linkname: "b", Typeflag: tar.TypeLink}),
		"device":    rawArchive(t, tar.Header{Name: "a", Typeflag: tar.TypeBlock}),
		"directory": rawArchive(t, tar.Header{Name: "a/", Typeflag: tar.TypeDir}),
		"bomb":      rawArchive(t, tar.Header{Name: "a", Size: MaxUnpackedBytes + 1, Typeflag: tar.TypeReg}),
		"files":     rawArchive(t, many...),
	} {
		if _, err := UnpackFiles(data); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, want %v", name, err, ErrMalformed)
		}
	}
}

func TestPackFiles(t *testing.T) {
	data, err := PackFiles(dirOf(good()))
	if err != nil {
		t.Fatal(err)
	}
	files, err := UnpackFiles(data)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range good() {
		if got, err := fs.ReadFile(files, name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestPackRefuses(t *testing.T) {
	bad := good()
	bad["settings.yaml"] = "x: y\n"
	reversed := manifest(1)
	reversed.NotBefore, reversed.Expires = reversed.Expires, reversed.NotBefore
	nobody := manifest(1)
	nobody.Organisation = ""
	for name, c := range map[string]struct {
		files map[string]string
		m     kiosk.Manifest
		key   ed25519.PrivateKey
	}{
		"faults": {bad, manifest(1), testKey}, "version 0": {good(), manifest(0), testKey}, "dates": {good(), reversed, testKey},
		"organisation": {good(), nobody, testKey}, "key": {good(), manifest(1), nil},
	} {
		if data, err := Pack(dirOf(c.files), c.m, c.key); err == nil || data != nil {
			t.Errorf("%s: packed", name)
		}
	}
}

func FuzzOpen(f *testing.F) {
	sealed := mustPack(f, manifest(7), testKey)
	f.Add(sealed)
	f.Add(sealed[:100])
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd})
	f.Add(rawArchive(f, tar.Header{Name: "../x", Typeflag: tar.TypeReg}))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Open(data, testTrust.Keys, options())
		if (b == nil) == (err == nil) {
			t.Fatalf("bundle %v with error %v", b, err)
		}
		// Whatever the bytes, only what was signed comes out.
		if b != nil && (b.Manifest.Version != 7 || len(b.Configuration.Catalogue.Services) != 3) {
			t.Fatalf("opened something that was never signed: %+v", b.Manifest)
		}
		for _, e := range []error{ErrSignature, ErrMalformed} {
			if errors.Is(err, e) {
				return
			}
		}
		if err != nil {
			t.Fatalf("error of no kind: %v", err)
		}
	})
}
