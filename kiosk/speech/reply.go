package speech

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
)

// The server's answers are short; what is longer is not from it.
const (
	replyLine  = 4096 // bytes in a line
	replyLines = 512  // in an answer
)

// errReply is an answer that is none.
var errReply = errors.New("the speech service answers what is no reply")

// reply is one answer: a code of three digits, and what came with it.
type reply struct {
	code int
	// data are the lines before the last, without their code.
	data []string
}

// ok reports whether the server did what it was asked (SSIP: 2xx).
func (r reply) ok() bool { return r.code/100 == 2 }

// endCode is the event of a text that was said to its end; its first line is the
// text's number (SSIP, message event notification).
const endCode = 702

// event reports whether it answers nothing and tells of a message that begins
// or ends (7xx).
func (r reply) event() bool { return r.code/100 == 7 }

// readReply reads one answer: lines "NNN-data", then "NNN words". All have the
// same code.
func readReply(in *bufio.Reader) (r reply, err error) {
	for range replyLines {
		line, err := readLine(in)
		if err != nil {
			return reply{}, err
		}
		code, last, rest, ok := parseLine(line)
		if !ok || r.code != 0 && code != r.code {
			return reply{}, errReply
		}
		r.code = code
		if last {
			return r, nil
		}
		r.data = append(r.data, rest)
	}
	return reply{}, errReply
}

// readLine reads up to a line feed.
func readLine(in *bufio.Reader) (string, error) {
	var line strings.Builder
	for line.Len() <= replyLine {
		b, err := in.ReadByte()
		if err != nil {
			return "", fmt.Errorf("read the speech service's answer: %w", err)
		}
		if b == '\n' {
			return strings.TrimSuffix(line.String(), "\r"), nil
		}
		line.WriteByte(b)
	}
	return "", errReply
}

// parseLine takes a line apart; last is true for the one that ends an answer.
func parseLine(line string) (code int, last bool, rest string, ok bool) {
	if len(line) < 4 || line[0] < '1' || line[0] > '9' || line[3] != ' ' && line[3] != '-' {
		return 0, false, "", false
	}
	for _, c := range line[:3] {
		if c < '0' || c > '9' {
			return 0, false, "", false
		}
		code = code*10 + int(c-'0')
	}
	return code, line[3] == ' ', line[4:], true
}
