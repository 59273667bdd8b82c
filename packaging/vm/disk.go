package vm

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
)

// Mark has every answer of the sites from now on carry a word, in a cookie and in a header that a cache keeps: what is
// left of a visit anywhere holds it.
func (m *Machine) Mark(word string) {
	m.marking.Lock()
	defer m.marking.Unlock()
	m.mark, m.marked = word, 0
}

// Marked is how many answers carried the word.
func (m *Machine) Marked() int {
	m.marking.Lock()
	defer m.marking.Unlock()
	return m.marked
}

func (m *Machine) marker(sites http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.marking.Lock()
		if m.mark != "" {
			m.marked++
			w.Header().Set("X-Mark", m.mark)
			http.SetCookie(w, &http.Cookie{Name: "mark", Value: m.mark, Path: "/", Secure: true, MaxAge: 86400})
		}
		answering := sites
		if m.play != nil {
			answering = m.play
		}
		m.marking.Unlock()
		answering.ServeHTTP(w, r)
	})
}

// OnDisk reports whether the bytes stand in anything that the machine has written to its disk since it was new. The
// disk is not compressed; bytes that cross the end of a block of 64 KB may be missed when the next block of the file
// lies elsewhere.
func (m *Machine) OnDisk(what []byte) (bool, error) {
	f, err := os.Open(m.path("disk"))
	if err != nil {
		return false, err
	}
	defer f.Close()
	return contains(bufio.NewReaderSize(f, 1<<20), what)
}

// contains searches a stream.
func contains(r io.Reader, what []byte) (bool, error) {
	window := make([]byte, 0, 2<<20)
	for {
		n, err := io.ReadFull(r, window[len(window):len(window)+1<<20])
		window = window[:len(window)+n]
		if bytes.Contains(window, what) {
			return true, nil
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		keep := min(len(what)-1, len(window))
		window = window[:copy(window[:keep], window[len(window)-keep:])]
	}
}
