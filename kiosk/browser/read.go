package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"borne/kiosk"
)

// readScript answers what a page says.
//
//go:embed read.js
var readScript string

const (
	// readLimit is how long a page may take to say what it says, readTime how
	// long the script looks for it.
	readLimit = 2 * time.Second
	readTime  = time.Second
	// readNodes is how many elements and texts the script looks at.
	readNodes = 30_000
	// readBytes bounds the answer, which a page that has taken its process over
	// may write itself: what our script answers is never as long.
	readBytes = 40 * kiosk.MaxPageText
	// passage is how many characters are said in one go: a touch ends it between
	// two words, and whoever listens hears the next begin.
	passage = 600
)

// errRead is the whole of what is told of a page that cannot be read: what the
// browser says of it may quote the page.
var errRead = errors.New("the page does not say what it says")

// ReadPage returns what the page in front says, from where it is scrolled: the
// question that is asked over it, else its main part, else all of it, without
// what is written in fields. A page of another site within it is passed over.
// A page that does not answer is an error, in two seconds.
func (b *Browser) ReadPage(ctx context.Context) (kiosk.PageText, error) {
	p := b.front()
	if p == nil {
		return kiosk.PageText{}, ErrNoPage
	}
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	var world struct {
		ID int `json:"executionContextId"`
	}
	// The main frame has the number of its page.
	if err := b.conn.call(ctx, p.session, "Page.createIsolatedWorld", map[string]any{"frameId": p.target, "worldName": "borne"}, &world); err != nil {
		return kiosk.PageText{}, errRead
	}
	var answer struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
	}
	err := b.conn.call(ctx, p.session, "Runtime.evaluate", map[string]any{
		"expression": fmt.Sprintf("%s(%d, %d, %d)", strings.TrimSpace(readScript), kiosk.MaxPageText, readNodes, readTime.Milliseconds()),
		"contextId":  world.ID, "returnByValue": true, "silent": true, "timeout": readLimit.Milliseconds(),
	}, &answer)
	if err != nil || len(answer.Result.Value) > 2*readBytes {
		return kiosk.PageText{}, errRead
	}
	var text string
	if json.Unmarshal(answer.Result.Value, &text) != nil {
		return kiosk.PageText{}, errRead
	}
	return pageText(text)
}

// pageText makes words of what the script answered, or of whatever came in its
// place.
func pageText(answer string) (kiosk.PageText, error) {
	var told struct {
		Blocks [][]string `json:"t"`
		More   bool       `json:"m"`
	}
	if len(answer) > readBytes || json.Unmarshal([]byte(answer), &told) != nil {
		return kiosk.PageText{}, errRead
	}
	out := kiosk.PageText{More: told.More}
	left := kiosk.MaxPageText
	for _, b := range told.Blocks {
		if len(b) != 2 {
			return kiosk.PageText{}, errRead
		}
		language := kiosk.LanguageOfWeb(b[0])
		for rest := speakable(b[1]); rest != ""; {
			if left == 0 {
				out.More = true
				return out, nil
			}
			var piece string
			piece, rest = cut(rest, min(passage, left))
			left -= utf8.RuneCountInString(piece)
			out.Said = join(out.Said, kiosk.Utterance{Language: language, Text: piece}, rest == "")
		}
	}
	return out, nil
}

// speakable keeps what can be said: letters, figures and what stands between
// them, in one line. Signs that fonts of symbols draw have no sound.
func speakable(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r == '\u200c', r == '\u200d': // joiners are letters' own
			return r
		case r == utf8.RuneError, unicode.IsControl(r), unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r): // marks of direction, private use, what is no character
			return -1
		}
		return r
	}, text)), " ")
}

// cut takes at most most characters off, up to the end of a sentence or of a
// word where there is one in the second half.
func cut(text string, most int) (piece, rest string) {
	end, sentence, word, n := len(text), 0, 0, 0
	for i, r := range text {
		if n == most {
			end = i
			break
		}
		n++
		if r == ' ' && n > most/2 {
			if word = i; strings.ContainsRune(stops, lastRune(text[:i])) {
				sentence = i
			}
		}
	}
	switch {
	case end == len(text):
	case sentence > 0:
		end = sentence
	case word > 0:
		end = word
	}
	return text[:end], strings.TrimPrefix(text[end:], " ")
}

// stops end a sentence, in the alphabets that have a voice.
const stops = ".…?!:;؟።"

func lastRune(s string) rune { r, _ := utf8.DecodeLastRuneInString(s); return r }

// join adds what is said after others: in the same breath where there is room,
// on a line of its own. What ends a block ends a sentence.
func join(said []kiosk.Utterance, u kiosk.Utterance, ends bool) []kiosk.Utterance {
	if ends && !strings.ContainsRune(stops, lastRune(u.Text)) {
		u.Text += "."
	}
	if n := len(said) - 1; n >= 0 && said[n].Language == u.Language &&
		utf8.RuneCountInString(said[n].Text)+utf8.RuneCountInString(u.Text) < passage {
		said[n].Text += "\n" + u.Text
		return said
	}
	return append(said, u)
}
