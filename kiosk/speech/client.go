package speech

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"time"
	"unicode"

	"borne/kiosk"
)

// answerLimit is how long the service may take to answer, or to start: it says
// that it has a text, not that it has spoken it.
const answerLimit = 5 * time.Second

// client is a connection to the service, with one thing asked at a time.
type client struct {
	conn     net.Conn
	replies  chan reply
	language string
	manner   kiosk.Manner
	// ended has the number of each text that was said to its end, and is closed
	// with the connection.
	ended chan string
	// gone is closed once nothing more comes, failed says why.
	gone   chan struct{}
	failed error
}

// endings is how many of them wait to be looked at; who is that late misses the
// rest.
const endings = 256

// dial connects, and says who asks: user, program and part, as SSIP wants.
func dial(ctx context.Context, socket string) (*client, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, fmt.Errorf("reach the speech service (is borne-speech.socket up?): %w", err)
	}
	c := &client{conn: conn, replies: make(chan reply, 1), ended: make(chan string, endings), gone: make(chan struct{})}
	go c.receive()
	for _, order := range []string{
		"SET SELF CLIENT_NAME borne:shell:screen",
		"SET SELF PRIORITY message", // one after the other, none dropped
		"SET SELF PUNCTUATION none",
		"SET SELF SSML_MODE off",
		"SET SELF NOTIFICATION END on",
		volumeOf(c.manner),
		paceOf(c.manner),
	} {
		if _, err := c.ask(order); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

func (c *client) close() { _ = c.conn.Close() } // what it had said is over either way

// receive takes what the service sends: answers, and which texts came to their
// end.
func (c *client) receive() {
	defer close(c.ended)
	defer close(c.gone)
	for in := bufio.NewReader(c.conn); ; {
		r, err := readReply(in)
		if err != nil {
			c.failed = err
			return
		}
		if !r.event() {
			select {
			case c.replies <- r:
				continue
			default: // nobody asked
				c.failed = errReply
				c.close()
				return
			}
		}
		if r.code == endCode && len(r.data) > 0 {
			select {
			case c.ended <- r.data[0]:
			default:
			}
		}
	}
}

// speak has a text said after what is being said, and returns its number.
func (c *client) speak(language, text string) (number string, err error) {
	if language != c.language {
		if _, err := c.ask("SET SELF LANGUAGE " + language); err != nil {
			return "", err
		}
		c.language = language
	}
	if _, err := c.ask("SPEAK"); err != nil {
		return "", err
	}
	r, err := c.exchange("SPEAK", quote(text))
	if err == nil && len(r.data) > 0 {
		number = r.data[0]
	}
	return number, err
}

// tune has what is said from now on said so.
func (c *client) tune(m kiosk.Manner) error {
	for order, before := range map[string]string{volumeOf(m): volumeOf(c.manner), paceOf(m): paceOf(c.manner)} {
		if order != before {
			if _, err := c.ask(order); err != nil {
				return err
			}
		}
	}
	c.manner = m
	return nil
}

// cancel ends what is being said, and what waits to be.
func (c *client) cancel() error {
	_, err := c.ask("CANCEL SELF")
	return err
}

func (c *client) ask(order string) (reply, error) { return c.exchange(order, order+"\r\n") }

// exchange sends bytes and waits for the answer. Its errors say which order it
// was, and nothing of a text.
func (c *client) exchange(order, bytes string) (reply, error) {
	if err := c.conn.SetWriteDeadline(time.Now().Add(answerLimit)); err != nil {
		return reply{}, fmt.Errorf("speak: %w", err)
	}
	if _, err := c.conn.Write([]byte(bytes)); err != nil {
		return reply{}, fmt.Errorf("speak: %w", err)
	}
	late := time.NewTimer(answerLimit)
	defer late.Stop()
	select {
	case r := <-c.replies:
		if !r.ok() {
			return reply{}, fmt.Errorf("the speech service refuses %q with %d", order, r.code)
		}
		return r, nil
	case <-c.gone:
		return reply{}, c.failed
	case <-late.C:
		c.close()
		return reply{}, fmt.Errorf("the speech service does not answer %q", order)
	}
}

// quote makes a text the data of SPEAK: lines, a dot before those that begin
// with one, and a dot alone at the end. Nothing in it can end it sooner.
func quote(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r), r == unicode.ReplacementChar, r == '\u2028', r == '\u2029':
			return ' '
		case unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d': // marks of direction; joiners are letters' own
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, " "))
	var out strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, ".") {
			out.WriteByte('.')
		}
		out.WriteString(line)
		out.WriteString("\r\n")
	}
	return out.String() + ".\r\n"
}
