package sandbox

import (
	"os"
	"testing"
)

// TestWriter: the process that writes a stick writes the stick, reads the
// document, and can do nothing else; the wipe ends it.
func TestWriter(t *testing.T) {
	dir := t.TempDir()
	device, err := os.OpenFile(dir+"/stick", os.O_RDONLY|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	if err := os.WriteFile(dir+"/document", []byte("the document"), 0o400); err != nil {
		t.Fatal(err)
	}
	document, err := os.Open(dir + "/document")
	if err != nil {
		t.Fatal(err)
	}
	defer document.Close()
	s := newSandbox(t)
	u := startShell(t, s, Spec{}, "sleep 1000")
	w, err := u.StartWriter(t.Context(), WriterSpec{Arguments: []string{"/usr/bin/perl", "-e", perlReader}, Device: device, Document: document})
	if err != nil {
		t.Fatal(err)
	}
	perl := &Reader{w.companion} // it is asked in the same way
	for _, c := range []struct{ question, want string }{
		{`open(our $p, "<&=4"); sysread($p, my $b, 12); $b`, "the document"},
		{`syswrite($p, "x") // "no: $!"`, "no: Bad file descriptor"},
		{`open(our $e, "+<&=5"); syswrite($e, "kept") // "no: $!"`, "4"},
		{`$e->sync // "no: $!"`, "0 but true"},
		{`ioctl($e, 0x1272, my $x = "") // "no: $!"`, "no: Operation not permitted"},
		{`open(my $f, "<", "/etc/passwd") ? "yes" : "no: $!"`, "no: No such file or directory"},
		{`open(my $f, ">", "/x") ? "yes" : "no: $!"`, "no: Read-only file system"},
		{`socket(my $s, 2, 1, 0) ? "yes" : "no"`, "no"},
	} {
		if got := perl.tell(t, c.question); got != c.want {
			t.Errorf("%s: %q, want %q", c.question, got, c.want)
		}
	}
	if b, err := os.ReadFile(device.Name()); err != nil || string(b) != "kept" {
		t.Errorf("the stick holds %q, %v", b, err)
	}
	if w.UID() == u.UID() {
		t.Error("the writer and the browser are one user")
	}
	if proof := u.Wipe(t.Context()); !proof.Clean {
		t.Errorf("not clean: %+v", proof)
	}
	select {
	case <-w.Gone():
	default:
		t.Error("the writer outlives the wipe")
	}
	if _, err := u.StartWriter(t.Context(), WriterSpec{Arguments: []string{"/usr/bin/perl"}, Device: device, Document: document}); err == nil {
		t.Error("a writer started after the wipe")
	}
}
