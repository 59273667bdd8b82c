package volume_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tool runs a program that makes or fills images, and fails without it: it is
// one of packaging/setup/install.
func tool(t testing.TB, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "MTOOLS_SKIP_CHECK=1", "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin", "LC_ALL=C.UTF-8")
	cmd.Path = lookPath(t, name)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func lookPath(t testing.TB, name string) string {
	t.Helper()
	for _, dir := range []string{"/usr/sbin", "/usr/bin", "/sbin", "/bin"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return filepath.Join(dir, name)
		}
	}
	t.Fatalf("%s is missing: run packaging/setup/install", name)
	return ""
}

// blank makes an image of that many bytes.
func blank(t testing.TB, size int64) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "stick.img")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	return name
}

// tree is files by path, with folders as their paths ask.
func tree(seed uint64) map[string][]byte {
	r := rand.New(rand.NewPCG(seed, 1))
	content := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	files := map[string][]byte{
		"A.PDF":   content(1),
		"empty":   {},
		"one.bin": content(512), "cluster.bin": content(4096), "more.bin": content(4097), "big.bin": content(300_001),
		"Relevé d’identité bancaire – été 2026.pdf":                       content(9_000),
		"Документи/посвідка.jpg":                                          content(33_333),
		"a/b/c/d/e/deep.png":                                              content(77),
		"a/" + strings.Repeat("long name ", 20) + "end.txt":               content(10),
		"exactly thirteen characters twice/" + strings.Repeat("x", 26):    content(11),
		"accents é/clé.pdf":                                               content(100),
		"ending in a dot and space are not kept by anybody/lower.MiXed.t": content(5),
	}
	for i := range 100 {
		files[fmt.Sprintf("many/file number %03d.dat", i)] = content(i)
	}
	return files
}

// mcopy puts files into a FAT file system that begins at offset.
func mcopy(t testing.TB, image string, offset int64, files map[string][]byte) {
	t.Helper()
	dir := t.TempDir()
	for path, content := range files {
		name := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tops, err := filepath.Glob(dir + "/*")
	if err != nil {
		t.Fatal(err)
	}
	tool(t, "mcopy", append(append([]string{"-i", fmt.Sprintf("%s@@%d", image, offset), "-s", "-Q"}, tops...), "::/")...)
}

// same compares what was read with what was written.
func same(t testing.TB, got, want map[string][]byte) {
	t.Helper()
	for path, content := range want {
		if read, ok := got[path]; !ok {
			t.Errorf("%q is not there", path)
		} else if !bytes.Equal(read, content) {
			t.Errorf("%q: %d bytes read, not the %d that were written", path, len(read), len(content))
		}
	}
	for path := range got {
		if _, ok := want[path]; !ok {
			t.Errorf("%q was never written", path)
		}
	}
}
