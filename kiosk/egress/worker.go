package egress

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"

	"borne/kiosk/allowlist"
)

// wordsWaiting is how many words may wait for borned to read them; more
// refusals than that at once are told by their count alone.
const wordsWaiting = 1024

// Work is the whole life of a proxy's process, at the other end of a Remote's
// control stream: it serves l by what the stream orders, and returns when the
// stream ends (nil), says Stop (nil), or says something that is no order
// (an error). Everything is then closed. Until the first Visit it denies all.
//
// Of o it takes Log, Resolver, Dial, Own and Practice; the rest comes with the Setup.
func Work(ctx context.Context, control net.Conn, l net.Listener, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer control.Close()
	defer l.Close()
	defer context.AfterFunc(ctx, func() { control.Close() })()
	w := &worker{control: control, listener: l, options: o, words: make(chan word, wordsWaiting), serving: make(chan error, 1)}
	go w.speak(ctx, cancel)
	err := w.listen(ctx)
	cancel()
	if w.proxy != nil {
		err = errors.Join(err, <-w.serving)
	}
	return err
}

type worker struct {
	control  net.Conn
	listener net.Listener
	options  Options
	words    chan word
	serving  chan error

	proxy *Proxy
	list  *allowlist.List
	// practising is true while nothing but the practice pages answers.
	practising bool
}

// speak sends words in order; a borned that does not take them is gone.
func (w *worker) speak(ctx context.Context, cancel func()) {
	defer cancel()
	for {
		select {
		case <-ctx.Done():
			return
		case word := <-w.words:
			if writeFrame(w.control, word, maxWordBytes) != nil {
				return
			}
		}
	}
}

// tell says something that may be lost when borned is slow.
func (w *worker) tell(said word) {
	select {
	case w.words <- said:
	default:
	}
}

// listen carries out orders until the stream ends.
func (w *worker) listen(ctx context.Context) error {
	last := uint64(0)
	for {
		var o order
		err := readFrame(w.control, &o, maxOrderBytes)
		switch {
		case errors.Is(err, errFrame):
			return err
		case ctx.Err() != nil, err != nil:
			return nil // borned is gone, or wants an end, with words unread perhaps
		case !o.valid() || o.Number <= last || (o.Setup != nil) != (w.proxy == nil):
			return errFrame
		}
		last = o.Number
		answer := word{Done: o.Number}
		switch {
		case o.Setup != nil:
			err = w.setup(ctx, *o.Setup)
		case o.Visit != nil:
			err = w.visit(*o.Visit)
		case o.Deny:
			w.proxy.Deny()
		case o.Stop:
			w.proxy.Deny()
			stats := w.proxy.Stats()
			return writeFrame(w.control, word{Done: o.Number, Stats: &stats}, maxWordBytes)
		}
		if err != nil {
			answer.Fault = err.Error()
		}
		select {
		case w.words <- answer:
		case <-ctx.Done():
			return nil
		}
	}
}

// setup makes the proxy, which denies until a visit begins.
func (w *worker) setup(ctx context.Context, s Setup) error {
	o := w.options
	o.Limits = s.Limits
	if s.Upstream != "" {
		u, err := url.Parse(s.Upstream)
		if err != nil {
			return errUpstream // not err: it quotes the address, with its password
		}
		o.Upstream = u
	}
	if err := CheckUpstream(o.Upstream); err != nil {
		return err
	}
	o.Refused = func(r Refusal) { w.tell(word{Refused: &r}) }
	o.UpstreamChanged = func(s UpstreamState) { w.tell(word{Upstream: &s}) }
	o.Uploading = func(on bool) { w.tell(word{Uploading: &on}) }
	list, faults := allowlist.Compile(s.Catalogue, s.Policy)
	if list == nil {
		return fmt.Errorf("the allowlist has %d faults", len(faults))
	}
	w.list, w.proxy = list, New(o)
	if err := w.proxy.setIdentity(s.Practice); err != nil {
		w.proxy = nil
		return err
	}
	if s.Visit != nil {
		if err := w.visit(*s.Visit); err != nil {
			w.proxy = nil
			return err
		}
	}
	go func() { w.serving <- w.proxy.Serve(ctx, w.listener) }()
	return nil
}

// visit opens the network for a visit, or widens it. Between practice and the
// sites nothing stays open.
func (w *worker) visit(v Visit) error {
	if v.Practice != w.practising {
		w.proxy.Deny()
		w.practising = v.Practice
	}
	if v.Practice {
		w.proxy.SetLanguage(v.Language)
		w.proxy.SetPolicy(onlyPractice{})
		return nil
	}
	list := w.list
	for _, host := range v.Hosts {
		with, err := list.With(host)
		if err != nil {
			return errors.New("a host that was added is not one") // err names it
		}
		list = with
	}
	w.proxy.SetLanguage(v.Language)
	w.proxy.SetPolicy(list)
	return nil
}
