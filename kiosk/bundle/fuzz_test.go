package bundle

import (
	"archive/tar"
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// soundList fails where a list that was accepted breaks what every list keeps.
func soundList(t *testing.T, c kiosk.Configuration, list *allowlist.List) {
	t.Helper()
	for _, s := range c.Catalogue.Services {
		if target, reason := allowlist.ParseTarget(s.Start); reason != "" || !list.Navigable(target) {
			t.Fatalf("the start %q of %s was accepted and is refused", s.Start, s.ID)
		}
		for _, r := range append(slices.Clone(s.Navigable), s.Supporting...) {
			if rule, err := allowlist.ParseRule(r); err != nil || rule.String() != r.Host {
				t.Fatalf("the rule %q was accepted: %v", r.Host, err)
			}
		}
	}
	for _, r := range c.Policy.Collectors {
		host := strings.Replace(r.Host, "*.", "x.", 1)
		if !strings.Contains(host, ":") {
			host += ":443"
		}
		if d := list.Explain(host); d.Allowed() {
			t.Fatalf("the collector %q is allowed by %q", r.Host, d.Rule)
		}
	}
	for _, target := range []string{"https://192.0.2.1/", "http://www.caf.example.org/", "[::1]:443", "localhost:443", "javascript:alert(1)"} {
		if d := list.Explain(target); d.Allowed() {
			t.Fatalf("%s is allowed by %q", target, d.Rule)
		}
	}
}

func FuzzLoadDir(f *testing.F) {
	for _, data := range good() {
		f.Add(data)
	}
	f.Add("opening:\n  week:\n    lundi: [09:00-12:30, 13:30-17:00]\n  closed: [2026-12-25]\n")
	f.Add("opening: {week: {lundi: 09:00-12:30, mardi: [[]]}, closed: 2026-12-25}\n")
	f.Add("a: &a [*a]\n")
	f.Add("? [a]\n: b\n")
	f.Add("!!binary x")
	f.Add("id: |\n  a\n\tb")
	names := slices.Sorted(maps.Keys(good()))
	f.Fuzz(func(t *testing.T, data string) {
		for _, name := range names {
			files := good()
			files[name] = data
			c, list, faults := LoadDir(dirOf(files))
			if (list == nil) != faults.Failed() {
				t.Fatalf("list %v with faults %v", list, faults)
			}
			for _, ft := range faults {
				if ft.Line < 1 || ft.Column < 1 || ft.File == "" {
					t.Fatalf("fault without a place: %+v", ft)
				}
			}
			if list == nil {
				continue
			}
			if c.Settings.IdleTimeout < time.Minute {
				t.Fatalf("idle timeout %v passed", c.Settings.IdleTimeout)
			}
			soundList(t, c, list)
		}
	})
}

// FuzzSignedFile lets whoever holds the key write what he likes into one file:
// a borne opens it exactly when policy check finds no fault in it.
func FuzzSignedFile(f *testing.F) {
	names := slices.Sorted(maps.Keys(good()))
	for i, name := range names {
		f.Add(uint8(i), good()[name])
	}
	z := quickEncoder(f)
	f.Fuzz(func(t *testing.T, which uint8, data string) {
		files := memFS{}
		for name, text := range good() {
			files[name] = []byte(text)
		}
		files[names[int(which)%len(names)]] = []byte(data)
		m := manifest(7)
		m.Files = map[string]string{}
		for name, content := range files {
			m.Files[name] = hash(content)
		}
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var archive bytes.Buffer
		w := tar.NewWriter(&archive)
		for _, e := range append([]entry{{manifestName, text}, {signatureName, ed25519.Sign(testKey, text)}}, files.entries()...) {
			h := tar.Header{Typeflag: tar.TypeReg, Name: e.name, Size: int64(len(e.data)), Mode: 0o644}
			if err := errors.Join(w.WriteHeader(&h), write(w, e.data)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		b, err := Open(z.EncodeAll(archive.Bytes(), nil), testTrust.Keys, options())
		c, list, faults := LoadDir(files)
		if (err == nil) == faults.Failed() || err != nil && !errors.Is(err, ErrMalformed) {
			t.Fatalf("opening says %v, checking %v", err, faults)
		}
		if err != nil {
			return
		}
		if c.Version = 7; !reflect.DeepEqual(b.Configuration, c) {
			t.Fatalf("opened as %+v, checked as %+v", b.Configuration, c)
		}
		soundList(t, c, list)
	})
}

// FuzzUnpack reads tar archives of any bytes: files come out within the
// limits, and packed again they are the same.
func FuzzUnpack(f *testing.F) {
	f.Add(unzstd(f, mustPack(f, manifest(7), testKey)))
	f.Add(unzstd(f, rawArchive(f, tar.Header{Name: "../x", Typeflag: tar.TypeReg})))
	f.Add(unzstd(f, rawArchive(f, tar.Header{Name: "x", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"})))
	f.Add(unzstd(f, rawArchive(f, tar.Header{Name: strings.Repeat("long/", 60) + "x", Typeflag: tar.TypeReg, Size: 3})))
	f.Add(sparseTar(f, 1<<40))
	z := quickEncoder(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<20 {
			t.Skip()
		}
		files, err := UnpackFiles(z.EncodeAll(data, nil))
		if (files == nil) == (err == nil) || err != nil && !errors.Is(err, ErrMalformed) {
			t.Fatalf("files %v, error %v", files, err)
		}
		if err != nil {
			return
		}
		total := 0
		for name, content := range files.(memFS) {
			if total += len(content); total > MaxUnpackedBytes || !fs.ValidPath(name) {
				t.Fatalf("%d bytes came out with %q", total, name)
			}
		}
		if again := filesOf(files.(memFS).entries()); !reflect.DeepEqual(again, files) {
			t.Fatalf("%v became %v", files, again)
		}
	})
}

// A sparse file of a terabyte takes two kilobytes of an archive.
func TestUnpackRefusesAFileOfHoles(t *testing.T) {
	archive := sparseTar(t, 1<<40)
	h, err := tar.NewReader(bytes.NewReader(archive)).Next()
	if err != nil || h.Size != 1<<40 || h.Typeflag != tar.TypeReg {
		t.Fatalf("the archive is not the one meant: %+v, %v", h, err)
	}
	packed := quickEncoder(t).EncodeAll(archive, nil)
	if _, err := UnpackFiles(packed); !errors.Is(err, ErrMalformed) {
		t.Errorf("unpacked: %v", err)
	}
	if _, err := Open(packed, testTrust.Keys, options()); !errors.Is(err, ErrMalformed) {
		t.Errorf("opened: %v", err)
	}
}

// sparseTar is a tar of one file of that size, all holes but for one byte, in
// the PAX form 0.1 of GNU tar, which the standard library reads and does not
// write.
func sparseTar(t testing.TB, size int64) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	record := func(key, value string) string {
		body := " " + key + "=" + value + "\n"
		n := len(body) + 1
		for len(fmt.Sprint(n))+len(body) != n {
			n++
		}
		return fmt.Sprint(n) + body
	}
	records := record("GNU.sparse.size", fmt.Sprint(size)) + record("GNU.sparse.numblocks", "1") + record("GNU.sparse.map", "0,1")
	for _, part := range []struct{ name, data string }{{"pax", records}, {manifestName, "{"}} {
		if err := w.WriteHeader(&tar.Header{Name: part.name, Typeflag: tar.TypeReg, Size: int64(len(part.data)), Format: tar.FormatUSTAR}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(part.data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	// The first entry holds the records of the second: its type is "x", and
	// its checksum grows by as much.
	archive := out.Bytes()
	var sum int
	if _, err := fmt.Sscanf(string(archive[148:154]), "%o", &sum); err != nil {
		t.Fatal(err)
	}
	copy(archive[148:], fmt.Sprintf("%06o", sum+int('x')-int(archive[156])))
	archive[156] = 'x'
	return archive
}

// quickEncoder packs often, and need not pack well.
func quickEncoder(t testing.TB) *zstd.Encoder {
	t.Helper()
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(64<<10))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func unzstd(t testing.TB, data []byte) []byte {
	t.Helper()
	z, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	out, err := z.DecodeAll(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
