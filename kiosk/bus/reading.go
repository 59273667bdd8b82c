package bus

import (
	"context"
	"strings"

	"borne/kiosk"

	"github.com/godbus/dbus/v5"
)

// Reading is what a visitor has read aloud: the page in front.
type Reading interface {
	ReadPage(ctx context.Context) (kiosk.PageText, error)
}

// said is an utterance on the bus.
type said struct{ Language, Text string }

// ReadPage answers what the page in front says. Nobody but the shell asks it,
// and nothing keeps the answer.
func (o *object) ReadPage(sender dbus.Sender) (all []said, more bool, e *dbus.Error) {
	all = []said{}
	e = o.do(sender, "ReadPage", func(ctx context.Context) error {
		text, err := o.s.o.Reading.ReadPage(ctx)
		for _, u := range text.Said {
			all = append(all, said{string(u.Language), u.Text})
		}
		more = text.More
		return err
	})
	return all, more, e
}

// ReadPage returns what the page in front says.
func (c *Client) ReadPage(ctx context.Context) (text kiosk.PageText, err error) {
	var all []said
	if err := c.call(ctx, "ReadPage").Store(&all, &text.More); err != nil {
		return kiosk.PageText{}, err
	}
	for _, u := range all { // what is short shares its memory with what else was received
		text.Said = append(text.Said, kiosk.Utterance{Language: kiosk.Language(strings.Clone(u.Language)), Text: strings.Clone(u.Text)})
	}
	return text, nil
}
