package bundle

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

func openStore(t testing.TB, dir string, trust Trust) *Store {
	t.Helper()
	s, err := OpenStore(dir, dirOf(good()), trust, func() time.Time { return testNow })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func apply(t testing.TB, s *Store, version uint64) {
	t.Helper()
	if _, err := s.Apply(mustPack(t, manifest(version), testKey)); err != nil {
		t.Fatalf("apply version %d: %v", version, err)
	}
}

func wantVersion(t testing.TB, s *Store, want uint64) {
	t.Helper()
	if got := s.Current().Configuration.Version; got != want {
		t.Errorf("version %d in use, want %d (fault: %v)", got, want, s.Fault())
	}
}

func TestStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bundle")
	s := openStore(t, dir, testTrust)
	wantVersion(t, s, 0)
	if s.Fault() != nil {
		t.Errorf("a new store has the fault %v", s.Fault())
	}
	apply(t, s, 3)
	apply(t, s, 5)
	for _, v := range []uint64{3, 4, 5} {
		if _, err := s.Apply(mustPack(t, manifest(v), testKey)); !errors.Is(err, ErrOlder) {
			t.Errorf("version %d after 5: %v, want %v", v, err, ErrOlder)
		}
	}
	if _, err := s.Apply(mustPack(t, manifest(9), otherKey)); !errors.Is(err, ErrSignature) {
		t.Errorf("another's key: %v", err)
	}
	wantVersion(t, s, 5)
	wantVersion(t, openStore(t, dir, testTrust), 5)
}

// Whatever a power cut or a bad disk makes of the current bundle, the borne
// falls back, and an older bundle than the one lost is never let in.
func TestStoreFallsBack(t *testing.T) {
	spoil := map[string]func(t *testing.T, path string, data []byte){
		"cut at the start": func(t *testing.T, path string, data []byte) { rewrite(t, path, nil) },
		"cut":              func(t *testing.T, path string, data []byte) { rewrite(t, path, data[:len(data)/2]) },
		"last byte lost":   func(t *testing.T, path string, data []byte) { rewrite(t, path, data[:len(data)-1]) },
		"zeroes":           func(t *testing.T, path string, data []byte) { rewrite(t, path, make([]byte, len(data))) },
		"too long":         func(t *testing.T, path string, data []byte) { rewrite(t, path, make([]byte, MaxArchiveBytes+1)) },
		"gone": func(t *testing.T, path string, data []byte) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, f := range spoil {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openStore(t, dir, testTrust)
			apply(t, s, 3)
			apply(t, s, 5)
			path := filepath.Join(dir, currentFile)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f(t, path, data)

			s = openStore(t, dir, testTrust)
			wantVersion(t, s, 3)
			if name != "gone" && s.Fault() == nil {
				t.Error("the fall-back is not told")
			}
			if _, err := s.Apply(mustPack(t, manifest(4), testKey)); !errors.Is(err, ErrOlder) {
				t.Errorf("version 4 after 5 was lost: %v, want %v", err, ErrOlder)
			}
			apply(t, s, 5)
			if s.Fault() != nil {
				t.Errorf("the fault stays after a good bundle: %v", s.Fault())
			}

			// Both lost: what ships is in use.
			rewrite(t, path, []byte("x"))
			rewrite(t, filepath.Join(dir, previousFile), []byte("x"))
			s = openStore(t, dir, testTrust)
			wantVersion(t, s, 0)
			if _, err := s.Apply(mustPack(t, manifest(4), testKey)); !errors.Is(err, ErrOlder) {
				t.Errorf("version 4 after all was lost: %v, want %v", err, ErrOlder)
			}
			apply(t, s, 6)
		})
	}
}

func rewrite(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestStoreTrust(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, Trust{})
	if _, err := s.Apply(mustPack(t, manifest(3), testKey)); !errors.Is(err, ErrSignature) {
		t.Errorf("a borne that is not enrolled took a bundle: %v", err)
	}
	s.SetTrust(testTrust)
	apply(t, s, 40)

	// A new key beside the old one: everything stays, the floor too.
	rotated := testTrust
	rotated.Keys = []ed25519.PublicKey{public(testKey), public(otherKey)}
	s.SetTrust(rotated)
	wantVersion(t, s, 40)
	if _, err := s.Apply(mustPack(t, manifest(39), otherKey)); !errors.Is(err, ErrOlder) {
		t.Errorf("older under the new key: %v", err)
	}
	// Another central office numbers from 1.
	moved := testTrust
	moved.Keys = []ed25519.PublicKey{public(otherKey)}
	s.SetTrust(moved)
	wantVersion(t, s, 0)
	if _, err := s.Apply(mustPack(t, manifest(1), otherKey)); err != nil {
		t.Errorf("first bundle of another central office: %v", err)
	}
}

// A borne whose clock wakes up in the past keeps its bundle.
func TestStoreWrongClock(t *testing.T) {
	dir := t.TempDir()
	apply(t, openStore(t, dir, testTrust), 3)
	s, err := OpenStore(dir, dirOf(good()), testTrust, func() time.Time { return time.Unix(0, 0) })
	if err != nil {
		t.Fatal(err)
	}
	wantVersion(t, s, 3)
	if _, err := s.Apply(mustPack(t, manifest(4), testKey)); !errors.Is(err, ErrNotYet) {
		t.Errorf("a new bundle from the future: %v, want %v", err, ErrNotYet)
	}
}

func TestStoreRefusesFaultyShippedBundle(t *testing.T) {
	files := good()
	files["themes.yaml"] = "x: y\n"
	if _, err := OpenStore(t.TempDir(), dirOf(files), testTrust, time.Now); err == nil {
		t.Error("a shipped bundle with faults was accepted")
	}
}

const killDir = "BORNE_TEST_KILL_DIR"

// TestApplyForever is the process that TestStoreSurvivesKill kills.
func TestApplyForever(t *testing.T) {
	dir := os.Getenv(killDir)
	if dir == "" {
		t.Skip("only as a child of TestStoreSurvivesKill")
	}
	s := openStore(t, dir, testTrust)
	for v := s.Current().Manifest.Version + 1; ; v++ {
		apply(t, s, v)
		if err := os.WriteFile(filepath.Join(dir, "progress"), []byte(strconv.FormatUint(v, 10)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A process killed at a random moment of Apply leaves a store that opens
// without fault and has lost nothing that it reported.
func TestStoreSurvivesKill(t *testing.T) {
	dir := t.TempDir()
	reported := uint64(0)
	for range 8 {
		c := exec.Command(os.Args[0], "-test.run=^TestApplyForever$")
		c.Env = append(os.Environ(), killDir+"="+dir)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Process.Kill() })
		deadline := time.After(20 * time.Second)
		for begun := reported; reported < begun+3; {
			select {
			case <-deadline:
				_ = c.Process.Kill()
				t.Fatalf("the child applies nothing: %v", c.Wait())
			case <-time.After(time.Millisecond):
			}
			if data, err := os.ReadFile(filepath.Join(dir, "progress")); err == nil {
				if v, err := strconv.ParseUint(string(data), 10, 64); err == nil {
					reported = max(reported, v)
				}
			} else if !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
		_ = c.Process.Kill()
		_ = c.Wait()

		s := openStore(t, dir, testTrust)
		if s.Fault() != nil {
			t.Fatalf("after a kill: %v", s.Fault())
		}
		if got := s.Current().Manifest.Version; got < reported {
			t.Fatalf("version %d in use after a kill, %d was reported", got, reported)
		}
		left, err := filepath.Glob(filepath.Join(dir, ".*bundle*"))
		if err != nil || len(left) > 0 {
			t.Errorf("left over: %v, %v", left, err)
		}
		current, err := os.ReadFile(filepath.Join(dir, currentFile))
		if err != nil || bytes.Equal(current, nil) {
			t.Errorf("current bundle: %v", err)
		}
	}
}
