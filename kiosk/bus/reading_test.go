package bus

import (
	"context"
	"errors"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"

	"borne/kiosk"
)

// book is a page of which everything is known.
type book struct {
	mu   sync.Mutex
	text kiosk.PageText
	err  error
}

func (b *book) ReadPage(context.Context) (kiosk.PageText, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text, b.err
}

func (b *book) says(text kiosk.PageText, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text, b.err = text, err
}

func TestReadPage(t *testing.T) {
	page := &book{}
	_, address := serve(t, &borne{}, uint32(os.Getuid()), func(o *Options) { o.Reading = page })
	c := NewClient(connect(t, address))
	var long kiosk.PageText
	for range 20 {
		long.Said = append(long.Said, kiosk.Utterance{Language: kiosk.Arabic, Text: strings.Repeat("أ", 600)})
	}
	for _, text := range []kiosk.PageText{{}, {Said: []kiosk.Utterance{{Language: kiosk.French, Text: "Bonjour.\n.\n"}, {Text: "x"}}, More: true}, long} {
		page.says(text, nil)
		if got, err := c.ReadPage(t.Context()); err != nil || !reflect.DeepEqual(got, text) {
			t.Errorf("got %+v, %v, want %+v", got, err, text)
		}
	}
	page.says(kiosk.PageText{}, kiosk.ErrNoSession)
	if got, err := c.ReadPage(t.Context()); !errors.Is(err, kiosk.ErrNoSession) || got.Said != nil {
		t.Errorf("without a visit: %+v, %v", got, err)
	}
}
