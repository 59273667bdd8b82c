package bus

import (
	"context"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"borne/kiosk"
)

// book is a page of which everything is known.
type book struct {
	text kiosk.PageText
	err  error
}

func (b *book) ReadPage(context.Context) (kiosk.PageText, error) { return b.text, b.err }

func TestReadPage(t *testing.T) {
	s, address := serve(t, &borne{}, uint32(os.Getuid()))
	page := &book{}
	s.o.Reading = page
	c := NewClient(connect(t, address))
	var long kiosk.PageText
	for range 20 {
		long.Said = append(long.Said, kiosk.Utterance{Language: kiosk.Arabic, Text: strings.Repeat("أ", 600)})
	}
	for _, page.text = range []kiosk.PageText{{}, {Said: []kiosk.Utterance{{Language: kiosk.French, Text: "Bonjour.\n.\n"}, {Text: "x"}}, More: true}, long} {
		if got, err := c.ReadPage(t.Context()); err != nil || !reflect.DeepEqual(got, page.text) {
			t.Errorf("got %+v, %v, want %+v", got, err, page.text)
		}
	}
	page.err = kiosk.ErrNoSession
	if got, err := c.ReadPage(t.Context()); !errors.Is(err, kiosk.ErrNoSession) || got.Said != nil {
		t.Errorf("without a visit: %+v, %v", got, err)
	}
}
