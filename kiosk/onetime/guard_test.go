package onetime

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 22, 12, 0, 30, 0, time.UTC)

func testSecret(t *testing.T) Secret {
	t.Helper()
	office := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	s, err := Derive(office, "k1", make(ed25519.PublicKey, ed25519.PublicKeySize))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestReference holds the codes to RFC 6238, appendix B: the rows of SHA-256
// (a secret of 32 bytes), by their step number.
func TestReference(t *testing.T) {
	s := Secret("12345678901234567890123456789012")
	for n, want := range map[int64]string{0x1: "46119246", 0x23523EC: "68084774", 0x23523ED: "67062674",
		0x273EF07: "91819424", 0x3F940AA: "90698825", 0x27BC86AA: "77737706"} {
		if got := s.at(n); got != want {
			t.Errorf("step %x: %s, want %s", n, got, want)
		}
	}
}

func TestDerive(t *testing.T) {
	office := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	borne, other := make(ed25519.PublicKey, ed25519.PublicKeySize), make(ed25519.PublicKey, ed25519.PublicKeySize)
	other[0] = 1
	seen := map[string]bool{}
	for _, of := range []struct {
		id  string
		key ed25519.PublicKey
	}{{"k1", borne}, {"k2", borne}, {"k1", other}} {
		s, err := Derive(office, of.id, of.key)
		if err != nil || !s.Usable() || seen[hex.EncodeToString(s)] {
			t.Errorf("%s: %v", of.id, err)
		}
		seen[hex.EncodeToString(s)] = true
	}
	if _, err := Derive(office, "k1", nil); err == nil {
		t.Error("a borne without a key has a secret")
	}
	if (Secret{}).Code(noon) != "" {
		t.Error("no secret makes a code")
	}
}

func TestOfficeCode(t *testing.T) {
	s := testSecret(t)
	var g Guard
	code := s.Code(noon)
	if _, err := g.Try(nil, 0, noon, code); !errors.Is(err, ErrWrong) {
		t.Errorf("without a secret: %v", err)
	}
	for _, late := range []time.Duration{-2 * time.Minute, 0, 9 * time.Minute} {
		if _, err := g.Try(s, 0, noon.Add(late), code); err != nil {
			t.Errorf("%v late: %v", late, err)
		}
	}
	for _, late := range []time.Duration{-4 * time.Minute, 11 * time.Minute} {
		if _, err := g.Try(s, 0, noon.Add(late), code); !errors.Is(err, ErrWrong) {
			t.Errorf("%v late: %v", late, err)
		}
	}
	before := s.Code(noon.Add(-3 * time.Minute))
	g, err := g.Try(s, 0, noon, code)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]string{"the same": code, "one before": before} {
		if _, err := g.Try(s, 0, noon, c); !errors.Is(err, ErrWrong) {
			t.Errorf("%s opens again: %v", name, err)
		}
	}
	if _, err := g.Try(s, 0, noon.Add(time.Minute), s.Code(noon.Add(time.Minute))); err != nil {
		t.Errorf("the next one: %v", err)
	}
	if back := Restored(g.Wrong, g.Used, 0); true {
		if _, err := back.Try(s, 0, noon, code); !errors.Is(err, ErrWrong) {
			t.Errorf("a restart makes a used code good: %v", err)
		}
	}
}

func TestIssued(t *testing.T) {
	g, code := Guard{}.Issue(time.Hour, 4_200_000_007)
	if code != "00000007" {
		t.Fatalf("code %q", code)
	}
	if _, err := g.Try(nil, time.Hour+Life, noon, code); !errors.Is(err, ErrWrong) {
		t.Errorf("an old one: %v", err)
	}
	g, err := g.Try(nil, time.Hour+Life-1, noon, code)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Try(nil, time.Hour+Life-1, noon, code); !errors.Is(err, ErrWrong) {
		t.Errorf("the second time: %v", err)
	}
}

func TestDelays(t *testing.T) {
	s, at := testSecret(t), time.Duration(0)
	var g Guard
	var waits []time.Duration
	for range 12 {
		var err error
		if g, err = g.Try(s, at, noon, "not a code"); !errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
		d := g.Waits(at)
		waits = append(waits, d)
		if d > 0 {
			if _, err := g.Try(s, at+d-1, noon, s.Code(noon)); !errors.Is(err, ErrWait) {
				t.Fatalf("a right code while one waits: %v", err)
			}
		}
		at += d
	}
	for i, want := range map[int]time.Duration{0: 0, 1: patience, 2: 2 * patience, 3: 4 * patience, 11: mostPatience} {
		if waits[i] != want {
			t.Errorf("after %d wrong codes: %v, want %v", i+1, waits[i], want)
		}
	}
	if again := Restored(g.Wrong, g.Used, at); again.Waits(at) != mostPatience {
		t.Error("a power cut takes the wait away")
	}
	if g, err := g.Try(s, at, noon, s.Code(noon)); err != nil || g.Waits(at) != 0 || g.Wrong != 0 {
		t.Errorf("a right code after the wait: %v", err)
	}
	g, code := g.Issue(at, 5)
	if _, err := g.Try(s, at, noon, code); err != nil {
		t.Errorf("a code made on the machine waits: %v", err)
	}
}

// TestGuardModel: whatever is typed, whenever, a code opens at most once, and
// only one that was given out lately.
func TestGuardModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Secret("12345678901234567890123456789012")
		var g Guard
		at, wall := time.Duration(1), noon
		given := map[string]time.Time{} // by the office
		issued, issuedAt := "", time.Duration(0)
		opened := map[string]bool{}
		for range rapid.IntRange(1, 60).Draw(t, "tries") {
			d := time.Duration(rapid.IntRange(0, 900).Draw(t, "seconds")) * time.Second
			at, wall = at+d, wall.Add(d)
			var code string
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				code = s.Code(wall)
				given[code] = wall
			case 1:
				g, issued = g.Issue(at, rapid.Uint32().Draw(t, "digits"))
				issuedAt, code = at, issued
				delete(opened, issued)
			case 2:
				code = issued
			case 3:
				for c := range given {
					code = max(code, c)
				}
			default:
				code = rapid.StringMatching(`[0-9]{0,9}`).Draw(t, "typed")
			}
			waits := g.Waits(at)
			next, err := g.Try(s, at, wall, code)
			if err == nil {
				if waits > 0 {
					t.Fatalf("%s opened while one waits", code)
				}
				if opened[code] {
					t.Fatalf("%s opened twice", code)
				}
				since, ok := given[code]
				if !(ok && wall.Sub(since) < Life+step) && !(code == issued && at-issuedAt < Life) && !fits(s, wall, code) {
					t.Fatalf("%s opened and was given to nobody", code)
				}
				opened[code] = true
			} else if next.Wrong < g.Wrong {
				t.Fatal("a refusal is forgotten")
			}
			g = next
		}
	})
}

// fits tells a lucky guess.
func fits(s Secret, wall time.Time, code string) bool {
	for n := stepOf(wall) - 10; n <= stepOf(wall)+ahead; n++ {
		if s.at(n) == code {
			return true
		}
	}
	return false
}
