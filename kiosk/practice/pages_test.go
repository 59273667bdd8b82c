package practice_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	assets "borne/assets/practice"
	shelltexts "borne/assets/shell"
	"borne/kiosk"
	"borne/kiosk/practice"
)

func handler(t testing.TB, l kiosk.Language) http.Handler {
	t.Helper()
	p, err := practice.New(assets.Files)
	if err != nil {
		t.Fatal(err)
	}
	return p.Handler(l)
}

func get(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "https://"+kiosk.PracticeHost+path, nil))
	return w
}

func post(h http.Handler, path, kind, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "https://"+kiosk.PracticeHost+path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const encoded = "application/x-www-form-urlencoded"

// right are the answers that each page takes, and where they lead.
var right = map[string]struct{ body, next string }{
	"/formulaire": {"name=Marie&day=15&month=3&year=1952&list=list_alone&secret=1234&box=1", "/formulaire/fini"},
	"/dossier/1":  {"mail=marie%40exemple.fr", "/dossier/2"},
	"/dossier/2":  {"ask=ask_card", "/dossier/3"},
	"/dossier/4":  {"sure=1", "/dossier/fini"},

	"/connexion/compte": {"id=borne&password=soleil7", "/connexion/fini"},
}

var link = regexp.MustCompile(`(?:href|src|action)="([^"]*)"`)

// TestEveryPageIsReached follows the links and the forms from the first page,
// in every language: there is a way to each page, each says that it is
// practice, no way leads out, and no script runs.
func TestEveryPageIsReached(t *testing.T) {
	for _, l := range append(kiosk.Languages(), "xx") {
		h := handler(t, l)
		seen, todo := map[string]bool{}, []string{"/"}
		for len(todo) > 0 {
			path := todo[0]
			todo = todo[1:]
			if seen[path] {
				continue
			}
			seen[path] = true
			w := get(h, path)
			if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Content-Type-Options") != "nosniff" ||
				!strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'none'; ") {
				t.Fatalf("%s %s: %d %v", l, path, w.Code, w.Header())
			}
			if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				continue
			}
			body := w.Body.String()
			if !strings.Contains(body, `<p class="mark">`) || strings.Contains(body, "<script") || strings.Contains(body, "{{") || strings.Contains(body, "ZgotmplZ") {
				t.Errorf("%s %s: %s", l, path, body)
			}
			for _, m := range link.FindAllStringSubmatch(body, -1) {
				switch to := m[1]; {
				case to == "data:,":
				case strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//"):
					todo = append(todo, to)
				default:
					t.Errorf("%s %s: a way out to %q", l, path, to)
				}
			}
			if r, ok := right[path]; ok {
				if !strings.Contains(body, `<form method="post"`) {
					t.Errorf("%s %s asks nothing", l, path)
				}
				w := post(h, path, encoded, r.body)
				if w.Code != http.StatusSeeOther || w.Header().Get("Location") != r.next {
					t.Errorf("%s %s: right answers lead to %d %q", l, path, w.Code, w.Header().Get("Location"))
				}
				todo = append(todo, r.next)
			}
		}
		if len(seen) != 15 {
			t.Errorf("%s: %d pages and files are reached: %v", l, len(seen), seen)
		}
	}
}

// TestWrongAnswers: what is wrong is said in words beside the field, with what
// was written there to correct, but never a password.
func TestWrongAnswers(t *testing.T) {
	h := handler(t, kiosk.French)
	for _, c := range []struct {
		path, body string
		wrong      []string
	}{
		{"/formulaire", "", []string{"name", "day", "list", "secret", "box"}},
		{"/formulaire", "name=+&day=31&month=2&year=1950&list=list_error&secret=12345&box=1", []string{"name", "day", "list", "secret"}},
		{"/formulaire", "name=x&day=1&month=1&year=52&list=list_other&secret=1234&box=1", []string{"day"}},
		{"/dossier/1", "mail=marie", []string{"mail"}},
		{"/dossier/1", "mail=a%40b%40c", []string{"mail"}},
		{"/dossier/2", "ask=else", []string{"ask"}},
		{"/dossier/4", "", []string{"sure"}},
		{"/connexion/compte", "id=borne&password=Soleil7", []string{"id"}},
	} {
		w := post(h, c.path, encoded, c.body)
		body := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity || strings.Count(body, "<li><a href=") != len(c.wrong) || !strings.Contains(body, `role="alert"`) {
			t.Errorf("%s %s: %d %s", c.path, c.body, w.Code, body)
		}
		for _, field := range c.wrong {
			if !strings.Contains(body, `href="#`+field+`"`) || !strings.Contains(body, ` id="`+field+`"`) || !strings.Contains(body, `id="`+field+`-wrong"`) {
				t.Errorf("%s %s: nothing leads to %s in %s", c.path, c.body, field, body)
			}
		}
	}
	w := post(h, "/formulaire", encoded, url.Values{"name": {`"><script>x</script>`}, "secret": {"geheim"}, "box": {"1"}}.Encode())
	body := w.Body.String()
	if strings.Contains(body, "<script") || !strings.Contains(body, `value="&#34;&gt;&lt;script&gt;x&lt;/script&gt;"`) || strings.Contains(body, "geheim") {
		t.Error(body)
	}
}

// attach makes the request that the browser sends with a document.
func attach(t testing.TB, field, name string, content []byte) (kind, body string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	part.Write(content)
	m.Close()
	return m.FormDataContentType(), b.String()
}

func TestUpload(t *testing.T) {
	h := handler(t, kiosk.French)
	sample := get(h, "/exemple.pdf").Body.Bytes()
	exact := append(slices.Clone(sample), make([]byte, kiosk.MaxUploadBytes-len(sample))...)
	for name, c := range map[string]struct {
		field, file string
		content     []byte
		status      int
		says        string
	}{
		"the sample":     {"file", "exemple.pdf", sample, 303, ""},
		"the largest":    {"file", "x.pdf", exact, 303, ""},
		"one byte more":  {"file", "x.pdf", append(slices.Clone(exact), 0), 422, "trop lourd"},
		"past all":       {"file", "x.pdf", make([]byte, 5*kiosk.MaxUploadBytes), 400, ""},
		"a program":      {"file", "x.pdf", []byte("MZ\x90\x00"), 422, "ni un document PDF"},
		"nothing in it":  {"file", "x.pdf", nil, 422, "ni un document PDF"},
		"nothing chosen": {"file", "", nil, 422, "Choisissez un document"},
		"another field":  {"other", "x.pdf", sample, 422, "Choisissez un document"},
	} {
		kind, body := attach(t, c.field, c.file, c.content)
		w := post(h, "/dossier/3", kind, body)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || w.Code == 303 && w.Header().Get("Location") != "/dossier/4" {
			t.Errorf("%s: %d %s", name, w.Code, w.Header().Get("Location"))
		}
	}
	if w := post(h, "/dossier/3", encoded, "file=x"); w.Code != http.StatusBadRequest {
		t.Errorf("a form without a document: %d", w.Code)
	}
	if w := post(h, "/formulaire", encoded, "name="+strings.Repeat("a", 70_000)); w.Code != http.StatusBadRequest {
		t.Errorf("an answer without end: %d", w.Code)
	}
}

func TestOtherRequests(t *testing.T) {
	h := handler(t, kiosk.French)
	if w := get(h, "/../etc/passwd"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "n’existe pas") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for path, allow := range map[string]string{"/": "GET, HEAD", "/recu.pdf": "GET, HEAD"} {
		if w := post(h, path, encoded, ""); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != allow {
			t.Errorf("POST %s: %d %q", path, w.Code, w.Header().Get("Allow"))
		}
	}
	for _, path := range []string{"/recu.pdf", "/exemple.pdf"} {
		w := get(h, path)
		if kiosk.KindOf(w.Body.Bytes()) != kiosk.DocumentPDF || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %v", path, w.Header())
		}
	}
}

// TestTexts: every language that has a file has all of it, French has each text
// that a page asks for, and no other; buttons of the bar go by their names.
func TestTexts(t *testing.T) {
	read := func(files fs.FS, l kiosk.Language) (m map[string]struct{ Description, Other string }) {
		b, err := fs.ReadFile(files, "texts/"+string(l)+".json")
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	french := read(assets.Files, kiosk.French)
	names, err := fs.Glob(assets.Files, "texts/*.json")
	if err != nil || len(names) < 4 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		l := kiosk.Language(strings.TrimSuffix(path.Base(name), ".json"))
		texts, bar := read(assets.Files, l), read(shelltexts.Files, l)
		for id, m := range texts {
			if french[id].Other == "" || m.Other == "" ||
				strings.Count(m.Other, "{{") != strings.Count(french[id].Other, "{{") {
				t.Errorf("%s %s: %+v", l, id, m)
			}
		}
		if len(texts) != len(french) {
			t.Errorf("%s has %d texts of %d", l, len(texts), len(french))
		}
		for id, button := range map[string]string{"form_intro": "bar_keyboard", "receipt_where": "bar_documents", "account_done_text": "bar_end"} {
			if !strings.Contains(texts[id].Other, bar[button].Other) {
				t.Errorf("%s %s does not name the button %q", l, id, bar[button].Other)
			}
		}
		if !strings.Contains(texts["file_none"].Other, texts["file_later"].Other) {
			t.Errorf("%s: file_none names no %q", l, texts["file_later"].Other)
		}
	}
	asked := map[string]bool{}
	for _, pattern := range []string{"../../assets/practice/pages/*.html", "*.go"} {
		for _, word := range words(t, pattern) {
			asked[word] = true
		}
	}
	for id := range french {
		if !asked[id] {
			t.Errorf("no page says %s", id)
		}
	}
}
