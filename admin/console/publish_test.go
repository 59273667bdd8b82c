package console_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"borne/admin"
	"borne/assets"
	"borne/kiosk/bundle"
)

// upload sends a bundle as a browser does; no file when data is nil.
func (p *person) upload(data []byte, fields map[string]string) answer {
	p.t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for k, v := range fields {
		if err := w.WriteField(k, v); err != nil {
			p.t.Fatal(err)
		}
	}
	if data != nil {
		f, err := w.CreateFormFile("fichier", "configuration.zip")
		if err != nil {
			p.t.Fatal(err)
		}
		if _, err := f.Write(data); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		p.t.Fatal(err)
	}
	r := p.request(http.MethodPost, "/configuration", w.FormDataContentType(), &out)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return p.do(r)
}

// shipped reads the bundle that ships, changed by edit.
func shipped(t testing.TB, edit func(name string, data []byte) []byte) (names []string, files map[string][]byte) {
	t.Helper()
	files = map[string][]byte{}
	err := fs.WalkDir(assets.Bundle(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(assets.Bundle(), name)
		names, files[name] = append(names, name), edit(name, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names, files
}

func same(_ string, data []byte) []byte { return data }

func zipOf(t testing.TB, prefix string, edit func(string, []byte) []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	names, files := shipped(t, edit)
	// As the Finder of macOS writes it.
	if _, err := w.Create("__MACOSX/._configuration"); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		f, err := w.Create(prefix + name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func tarOf(t testing.TB, out io.Writer, prefix string) {
	t.Helper()
	w := tar.NewWriter(out)
	names, files := shipped(t, same)
	for _, name := range names {
		if err := w.WriteHeader(&tar.Header{Name: prefix + name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(files[name]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestPublish(t *testing.T) {
	o := newOffice(t)
	o.enrol(t, "Accueil", inService())
	p := o.signedIn(t, admin.Technician)
	renamed := func(name string, data []byte) []byte {
		if name == "services/caf.yaml" {
			return bytes.Replace(data, []byte("fr: Caf\n"), []byte("fr: Ma Caf\n"), 1)
		}
		return data
	}
	p.upload(zipOf(t, "", renamed), map[string]string{"action": "verifier"}).want(t, "check only", 200, "Cette configuration est bonne", "Rien n’est encore publié")
	a := p.upload(zipOf(t, "configuration/", renamed), map[string]string{"commentaire": "Ma Caf", "action": "publier"})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/configuration?publiee=1" {
		t.Fatalf("%d to %q: %s", a.status, a.header.Get("Location"), a.body)
	}
	p.get(a.header.Get("Location")).want(t, "list", 200, "La version 1 est publiée", "Ma Caf", "0 / 1 borne", "technician@example.fr", "toutes les bornes")
	p.get("/bornes").want(t, "wanted", 200, "→ 1 demandée")
	// The new name stands beside the figures at once.
	k, err := o.store.FindKiosk(t.Context(), "Accueil")
	if err != nil {
		t.Fatal(err)
	}
	o.bring(t, k, aDay("2026-09-01")...)
	p.get("/usages/services").want(t, "name", 200, "Ma Caf")

	// What was published comes back as it was sent.
	back := p.get("/configuration/1.zip")
	z, err := zip.NewReader(strings.NewReader(back.body), int64(len(back.body)))
	if err != nil {
		t.Fatal(err)
	}
	_, files := shipped(t, renamed)
	for _, f := range z.File {
		data, err := fs.ReadFile(z, f.Name)
		if err != nil || !bytes.Equal(data, files[f.Name]) {
			t.Errorf("%s came back otherwise: %v", f.Name, err)
		}
	}
	if len(z.File) != len(files) {
		t.Errorf("%d files came back, of %d", len(z.File), len(files))
	}

	var plain, packed bytes.Buffer
	tarOf(t, &plain, "./")
	g := gzip.NewWriter(&packed)
	tarOf(t, g, "bundle/")
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	zstd, err := bundle.PackFiles(assets.Bundle())
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"tar": plain.Bytes(), "tar.gz": packed.Bytes(), "tar.zst": zstd} {
		p.upload(data, map[string]string{"groupes": "pilote"}).want(t, name, http.StatusSeeOther)
	}
	p.get("/configuration").want(t, "groups", 200, "pilote", "aucune borne concernée")
	o.quiet(t)
}

func TestPublishRefuses(t *testing.T) {
	o := newOffice(t)
	p := o.signedIn(t, admin.Technician)
	broken := zipOf(t, "", func(name string, data []byte) []byte {
		if name == "services/caf.yaml" {
			return bytes.Replace(data, []byte("theme: famille"), []byte("theme: famile"), 1)
		}
		return data
	})
	p.upload(broken, map[string]string{"commentaire": "essai"}).want(t, "fault", 422, "il y a une faute à corriger", "<code>services/caf.yaml:5:8</code>", `value="essai"`)
	p.upload([]byte("bonjour"), nil).want(t, "no archive", 422, "pas une archive lisible")
	p.upload([]byte("PK\x03\x04 and nothing"), nil).want(t, "torn zip", 422, "pas une archive lisible")
	p.upload([]byte{}, nil).want(t, "empty", 422, "pas une archive lisible")
	p.upload(make([]byte, bundle.MaxUnpackedBytes+1<<20), nil).want(t, "too large", 413, "trop gros")

	var climbing bytes.Buffer
	w := zip.NewWriter(&climbing)
	if _, err := w.Create("../../etc/passwd"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	p.upload(climbing.Bytes(), nil).want(t, "climbing out", 422, "pas une archive lisible")

	var bomb bytes.Buffer
	w = zip.NewWriter(&bomb)
	f, err := w.Create("settings.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(make([]byte, bundle.MaxUnpackedBytes)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	p.upload(bomb.Bytes(), nil).want(t, "bomb", 422, "trop gros")

	releases, err := o.store.Releases(t.Context())
	if err != nil || len(releases) != 0 {
		t.Errorf("releases %v, %v", releases, err)
	}
	o.quiet(t)
}

// Whatever is sent, the console answers and its journal stays quiet.
func FuzzPublish(f *testing.F) {
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte{0x1f, 0x8b, 8})
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 0})
	f.Add(append(bytes.Repeat([]byte("a"), 257), "ustar\x0000"...))
	var seed bytes.Buffer
	w := zip.NewWriter(&seed)
	if _, err := w.Create("settings.yaml"); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(seed.Bytes())
	o := newOffice(f)
	p := o.signedIn(f, admin.Technician)
	f.Fuzz(func(t *testing.T, data []byte) {
		q := *p
		q.t = t
		if a := q.upload(data, map[string]string{"action": "verifier"}); a.status != 422 && a.status != 200 && a.status != 413 {
			t.Errorf("status %d", a.status)
		}
	})
}
