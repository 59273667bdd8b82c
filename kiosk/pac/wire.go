package pac

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"
)

// One stream of frames runs between borned and the process that evaluates: a
// length of 4 bytes, big-endian, then that many bytes of one JSON object.
const maxFrameBytes = 8 << 20 // a script of MaxScriptBytes, each byte escaped

var errFrame = errors.New("malformed frame")

// Serve answers the Questions of a stream until it ends, or says something that
// is none.
func Serve(stream io.ReadWriter) error {
	for {
		var q Question
		if err := readFrame(stream, &q); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if err := writeFrame(stream, evaluate(q)); err != nil {
			return err
		}
	}
}

// Resolver looks up names; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// FaultError is what is wrong with a script, by the process that evaluated it.
type FaultError string

func (e FaultError) Error() string { return string(e) }

// lookUpLimit bounds one lookup; a name that takes longer has no address.
const lookUpLimit = 3 * time.Second

// Ask has the process at the other end of stream evaluate q, and looks up the
// names that the script asks for. When ctx ends, the stream does.
func Ask(ctx context.Context, stream net.Conn, q Question, names Resolver) ([]Way, error) {
	defer context.AfterFunc(ctx, func() { stream.Close() })()
	q.Names = map[string][]netip.Addr{}
	for len(q.Names) <= maxNames {
		var r Reply
		if err := errors.Join(writeFrame(stream, q), readFrame(stream, &r)); err != nil {
			if ctx.Err() != nil {
				return nil, FaultError("it takes too long")
			}
			return nil, FaultError("its evaluation ended: it takes too much memory, or is no script")
		}
		switch {
		case r.Fault != "" && r.Answer == "" && r.Wants == "":
			return nil, FaultError(printable(clip(r.Fault)))
		case r.Answer != "" && r.Wants == "" && r.Fault == "":
			return ParseAnswer(r.Answer)
		case !isName(r.Wants) || r.Answer != "" || r.Fault != "":
			return nil, FaultError("its evaluation answered what is none")
		}
		lookup, cancel := context.WithTimeout(ctx, lookUpLimit)
		addrs, _ := names.LookupNetIP(lookup, "ip", r.Wants) // one without address is told as such
		cancel()
		q.Names[r.Wants] = addrs
	}
	return nil, FaultError(fmt.Sprintf("it asks for more than %d names", maxNames))
}

// printable makes a script's words fit for a log line.
func printable(s string) string {
	b := []rune(s)
	for i, r := range b {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 {
			b[i] = ' '
		}
	}
	return string(b)
}

func writeFrame(w io.Writer, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(body) > maxFrameBytes {
		return errFrame
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...))
	return err
}

func readFrame(r io.Reader, v any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n == 0 || n > maxFrameBytes {
		return errFrame
	}
	var body bytes.Buffer
	if _, err := io.CopyN(&body, r, int64(n)); err != nil {
		return errFrame
	}
	d := json.NewDecoder(&body)
	d.DisallowUnknownFields()
	if d.Decode(v) != nil {
		return errFrame
	}
	return nil
}
