package browser

import (
	"bufio"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// Pages decide how many events there are, and how long: those that nobody
// handles, and those that are too long, are not even decoded.
func TestEventsThatNobodyWants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		c := newConn(ours, func(method string) bool { return method == "Page.good" })
		p := &peer{t, theirs, bufio.NewReader(theirs)}
		p.write(`{"method":"Runtime.consoleAPICalled","params":{` + strings.Repeat(" ", 1<<20) + `not JSON`)
		p.write(`{"method":"Page.good","params":{"n":1}}`)
		p.write(`{"method":"Page.good","params":{"n":"` + strings.Repeat("x", maxEventBytes) + `"}}`)
		p.write(`{"method":"Page.good","params":{"n":2}}`)
		synctest.Wait()
		var got []string
		for _, m := range c.next() {
			got = append(got, string(m.Params))
		}
		if want := []string{`{"n":1}`, `{"n":2}`}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		c.close(ErrGone)
		theirs.Close()
	})
}

func TestAcceptList(t *testing.T) {
	for attribute, want := range map[string][]string{
		"":                          nil,
		" , ,":                      nil,
		".PDF, image/*":             {".pdf", "image/*"},
		strings.Repeat("x", 200):    nil,
		strings.Repeat(".a,", 1000): slices.Repeat([]string{".a"}, maxAccept),
	} {
		if got := acceptList(attribute); !slices.Equal(got, want) {
			t.Errorf("%.20q: got %q, want %q", attribute, got, want)
		}
	}
}
