package speech

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestReadReply(t *testing.T) {
	for in, want := range map[string]reply{
		"208 OK CLIENT NAME SET\r\n":                   {code: 208},
		"225-7\r\n225 OK MESSAGE QUEUED\r\n":           {code: 225, data: []string{"7"}},
		"250-espeak-ng\r\n250-said\r\n250 OK SENT\r\n": {code: 250, data: []string{"espeak-ng", "said"}},
		"500 ERR INVALID COMMAND\n":                    {code: 500},
	} {
		got, err := readReply(bufio.NewReader(strings.NewReader(in)))
		if err != nil || got.code != want.code || !slices.Equal(got.data, want.data) {
			t.Errorf("%q is %+v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "2", "208", "OK\r\n", "20x OK\r\n", "208_OK\r\n", "012 OK\r\n", "225-7\r\n226 OK\r\n",
		strings.Repeat("225-7\r\n", replyLines+1), "225-" + strings.Repeat("7", replyLine) + "\r\n225 OK\r\n"} {
		if got, err := readReply(bufio.NewReader(strings.NewReader(in))); err == nil {
			t.Errorf("%.40q is taken for %+v", in, got)
		}
	}
}

// Whatever a service sends, an answer is bounded, whole, or none.
func FuzzReadReply(f *testing.F) {
	for _, seed := range []string{"208 OK CLIENT NAME SET\r\n", "225-1\r\n225 OK MESSAGE QUEUED\r\n", "701-1\r\n701-1\r\n701 BEGIN\r\n", "250-\xff\n250 \n", "999-\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		source := strings.NewReader(in)
		r, err := readReply(bufio.NewReaderSize(source, 16))
		if err != nil {
			if !errors.Is(err, errReply) && !errors.Is(err, io.EOF) {
				t.Fatalf("another error: %v", err)
			}
			if r.code != 0 || r.data != nil {
				t.Fatalf("half an answer: %+v", r)
			}
			return
		}
		if r.code < 100 || r.code > 999 || len(r.data) >= replyLines {
			t.Fatalf("%+v", r)
		}
		for _, d := range r.data {
			if strings.Contains(d, "\n") || len(d) > replyLine {
				t.Fatalf("a line that is none: %q", d)
			}
		}
	})
}
