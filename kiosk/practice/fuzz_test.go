package practice_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"borne/kiosk"
)

// words lists what may be the id of a text in files.
func words(t *testing.T, pattern string) (all []string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal(pattern, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"([a-z0-9_]+)"`).FindAllStringSubmatch(string(b), -1) {
			all = append(all, m[1])
		}
	}
	return all
}

// FuzzRequest: whatever comes, the answer is one of the pages' own, says where
// it leads, and repeats nothing as markup.
func FuzzRequest(f *testing.F) {
	kind, body := attach(f, "file", "x.pdf", []byte("%PDF-1.7\n"))
	f.Add("POST /dossier/3 HTTP/1.1\r\nHost: x\r\nContent-Type: " + kind + "\r\nContent-Length: 999\r\n\r\n" + body)
	f.Add("POST /formulaire HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\nname=<script>&box=%z")
	f.Add("GET /%2e%2e/recu.pdf?<script> HTTP/1.1\r\nHost: x\r\n\r\n")
	f.Add("POST /connexion/compte HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
	h := handler(f, kiosk.French)
	f.Fuzz(func(t *testing.T, raw string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		switch w.Code {
		case 200, 400, 404, 405, 422:
		case 303:
			if to := w.Header().Get("Location"); !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
				t.Errorf("leads to %q", to)
			}
		default:
			t.Errorf("answered %d", w.Code)
		}
		if strings.Contains(w.Body.String(), "<script") || w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%v %s", w.Header(), w.Body)
		}
	})
}
