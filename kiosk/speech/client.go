package speech

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"time"
	"unicode"
)

// answerLimit is how long the service may take to answer, or to start: it says
// that it has a text, not that it has spoken it.
const answerLimit = 5 * time.Second

// client is a connection to the service, with one thing asked at a time.
type client struct {
	conn     net.Conn
	in       *bufio.Reader
	language string
}

// dial connects, and says who asks: user, program and part, as SSIP wants.
func dial(ctx context.Context, socket string) (*client, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, fmt.Errorf("reach the speech service (is borne-speech.socket up?): %w", err)
	}
	c := &client{conn: conn, in: bufio.NewReader(conn)}
	for _, order := range []string{
		"SET SELF CLIENT_NAME borne:shell:screen",
		"SET SELF PRIORITY message", // one after the other, none dropped
		"SET SELF PUNCTUATION none",
		"SET SELF SSML_MODE off",
	} {
		if err := c.ask(order); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

func (c *client) close() { _ = c.conn.Close() } // what it had said is over either way

// speak has a text said after what is being said.
func (c *client) speak(language, text string) error {
	if language != c.language {
		if err := c.ask("SET SELF LANGUAGE " + language); err != nil {
			return err
		}
		c.language = language
	}
	if err := c.ask("SPEAK"); err != nil {
		return err
	}
	return c.exchange("SPEAK", quote(text))
}

// cancel ends what is being said, and what waits to be.
func (c *client) cancel() error { return c.ask("CANCEL SELF") }

func (c *client) ask(order string) error { return c.exchange(order, order+"\r\n") }

// exchange sends bytes and waits for the answer. Its errors say which order it
// was, and nothing of a text.
func (c *client) exchange(order, bytes string) error {
	if err := c.conn.SetDeadline(time.Now().Add(answerLimit)); err != nil {
		return fmt.Errorf("speak: %w", err)
	}
	if _, err := c.conn.Write([]byte(bytes)); err != nil {
		return fmt.Errorf("speak: %w", err)
	}
	for {
		r, err := readReply(c.in)
		switch {
		case err != nil:
			return err
		case r.event():
			continue
		case !r.ok():
			return fmt.Errorf("the speech service refuses %q with %d", order, r.code)
		}
		return nil
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
