package forensics

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"testing"
)

func TestWordsAreFoundInEveryCoding(t *testing.T) {
	w := NewWords(7)
	for _, k := range Kinds() {
		for _, visit := range []int{0, 35, 36, 1234} {
			word := w.Word(visit, k.Code)
			for name, b := range map[string][]byte{
				"plain":   []byte("x" + word + "y"),
				"UTF-16":  append([]byte{'x', 0}, append(widened(word), 'y', 0)...),
				"UTF-32":  append([]byte{'x', 0, 0, 0}, append(widest(word), 'y', 0, 0, 0)...),
				"points":  append([]byte{1, 2, 3, 0xff}, append(Pixels(word), 7, 0xff)...),
				"a URL":   []byte(url.QueryEscape("é" + word + "/")),
				"base 0":  []byte(base64.StdEncoding.EncodeToString([]byte(word + ":autre"))),
				"base 1":  []byte("Basic " + base64.StdEncoding.EncodeToString([]byte("u"+word+":autre"))),
				"base 2":  []byte("Basic " + base64.StdEncoding.EncodeToString([]byte("un"+word+":autre"))),
				"all odd": bytes.Join([][]byte{make([]byte, 5000), []byte(word), make([]byte, 77)}, nil),
			} {
				found := w.Find(b)
				if len(found) != 1 || found[0].Visit != visit || found[0].Code != k.Code {
					t.Errorf("%s of visit %d in %s: %+v", k.Code, visit, name, found)
				}
			}
		}
	}
	if found := w.Find([]byte(NewWords(8).Word(3, "ck"))); len(found) > 0 {
		t.Errorf("a word of another run: %+v", found)
	}
	if found := w.Find([]byte(w.Word(3, "ck")[:prefixLength+1])); len(found) != 1 || found[0].Visit != -1 {
		t.Errorf("a torn word: %+v", found)
	}
}

func TestKindsHaveCodesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds() {
		if len(k.Code) != 2 || seen[k.Code] {
			t.Errorf("code %q", k.Code)
		}
		seen[k.Code] = true
	}
}

func TestIndex(t *testing.T) {
	for seed := range uint64(50) {
		for _, p := range NewWords(seed).patterns {
			for _, b := range [][]byte{nil, p.bytes, p.bytes[:len(p.bytes)-1], append([]byte("QJZXqz"), p.bytes...),
				append(bytes.Clone(p.bytes[1:]), p.bytes...), bytes.Repeat(p.bytes[:3], 9)} {
				if got, want := p.index(b), bytes.Index(b, p.bytes); got != want {
					t.Errorf("%q in %q: at %d, not %d", p.bytes, b, got, want)
				}
			}
		}
	}
}

func FuzzFind(f *testing.F) {
	w := NewWords(7)
	f.Add([]byte(w.Word(1, "ck")))
	f.Add([]byte(base64.StdEncoding.EncodeToString([]byte("a" + w.Word(1, "ck")))))
	f.Add(widened(w.Word(1, "ck"))[:30])
	f.Add(widest(w.Word(1, "ck"))[:60])
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, found := range w.Find(b) {
			if found.At < 0 || found.At >= len(b) {
				t.Errorf("at %d of %d", found.At, len(b))
			}
		}
	})
}
