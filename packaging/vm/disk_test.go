package vm

import (
	"bytes"
	"testing"
	"testing/iotest"
)

func TestContains(t *testing.T) {
	big := bytes.Repeat([]byte("x"), 3<<20)
	copy(big[1<<20-2:], "mark")
	for _, c := range []struct {
		text []byte
		want bool
	}{{big, true}, {bytes.Repeat([]byte("mar"), 1<<20), false}, {nil, false}, {[]byte("mark"), true}, {[]byte("mar"), false}} {
		got, err := contains(bytes.NewReader(c.text), []byte("mark"))
		if err != nil || got != c.want {
			t.Errorf("in %d bytes: %v, %v, want %v", len(c.text), got, err, c.want)
		}
	}
	if _, err := contains(iotest.ErrReader(bytes.ErrTooLarge), []byte("mark")); err == nil {
		t.Error("a disk that cannot be read holds nothing")
	}
}
