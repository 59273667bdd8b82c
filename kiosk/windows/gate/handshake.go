package gate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
)

// upstream is what the gate knows of the server behind it.
type upstream struct {
	number     string // of the display
	extensions map[byte]minors
	big        byte // BIG-REQUESTS' number, 0 when the server lacks it
}

// displayNumber returns "0" for ":0" and ":0.0".
func displayNumber(display string) (string, error) {
	host, rest, ok := strings.Cut(display, ":")
	number, _, _ := strings.Cut(rest, ".")
	if !ok || host != "" || number == "" || strings.Trim(number, "0123456789") != "" {
		return "", fmt.Errorf("display %q is not of this machine, such as :0", display)
	}
	return number, nil
}

func (u upstream) dial() (net.Conn, error) {
	path := "/tmp/.X11-unix/X" + u.number
	c, err := net.Dial("unix", path)
	if err != nil {
		// Some servers only have the name without a file.
		if c, err := net.Dial("unix", "@"+path); err == nil {
			return c, nil
		}
		return nil, fmt.Errorf("reach the X server: %w", err)
	}
	return c, nil
}

// setupLimit bounds what either side may say before the first request.
const setupLimit = 1 << 20

// greetServer presents the browser's greeting with our cookie in place of what
// it brought, and returns the server's answer.
func greetServer(browser io.Reader, server io.ReadWriter, number string) ([]byte, error) {
	var head [12]byte
	if _, err := io.ReadFull(browser, head[:]); err != nil {
		return nil, fmt.Errorf("read the greeting: %w", err)
	}
	if head[0] != 'l' {
		return nil, errors.New("the browser is not of this machine: wrong byte order")
	}
	brought := padded(int(binary.LittleEndian.Uint16(head[6:]))) + padded(int(binary.LittleEndian.Uint16(head[8:])))
	if _, err := io.CopyN(io.Discard, browser, int64(brought)); err != nil {
		return nil, fmt.Errorf("read the greeting: %w", err)
	}
	name, cookie, err := readCookie(os.Getenv("XAUTHORITY"), number)
	if err != nil {
		return nil, err
	}
	binary.LittleEndian.PutUint16(head[6:], uint16(len(name)))
	binary.LittleEndian.PutUint16(head[8:], uint16(len(cookie)))
	greeting := append(head[:], make([]byte, padded(len(name))+padded(len(cookie)))...)
	copy(greeting[12:], name)
	copy(greeting[12+padded(len(name)):], cookie)
	if _, err := server.Write(greeting); err != nil {
		return nil, fmt.Errorf("greet the X server: %w", err)
	}
	answer := make([]byte, 8)
	if _, err := io.ReadFull(server, answer); err != nil {
		return nil, fmt.Errorf("hear the X server: %w", err)
	}
	rest := int(binary.LittleEndian.Uint16(answer[6:])) * 4
	answer = append(answer, make([]byte, rest)...)
	if _, err := io.ReadFull(server, answer[8:]); err != nil {
		return nil, fmt.Errorf("hear the X server: %w", err)
	}
	return answer, nil
}

// setup is what the server's answer says that the gate needs.
type setup struct{ base, mask, root uint32 }

// parseSetup reads "Connection Setup" of the X11 protocol, section 8.
func parseSetup(b []byte) (s setup, err error) {
	if len(b) < 40 || len(b) > setupLimit || b[0] != 1 {
		return s, errors.New("the X server does not let us in")
	}
	s.base, s.mask = binary.LittleEndian.Uint32(b[12:]), binary.LittleEndian.Uint32(b[16:])
	screen := 40 + padded(int(binary.LittleEndian.Uint16(b[24:]))) + 8*int(b[29])
	if len(b) < screen+4 || b[28] == 0 {
		return s, errors.New("the X server names no screen")
	}
	s.root = binary.LittleEndian.Uint32(b[screen:])
	return s, nil
}

func padded(n int) int { return (n + 3) &^ 3 }

// readCookie finds the display's cookie in an X authority file; both are empty
// without a file.
func readCookie(file, number string) (name, cookie string, err error) {
	if file == "" {
		return "", "", nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", "", fmt.Errorf("read the X cookie: %w", err)
	}
	next := func() (field string, ok bool) {
		if len(b) < 2 {
			return "", false
		}
		n := int(binary.BigEndian.Uint16(b))
		if len(b) < 2+n {
			return "", false
		}
		field, b = string(b[2:2+n]), b[2+n:]
		return field, true
	}
	for len(b) > 2 {
		b = b[2:] // the family of the address: all of them are this machine
		_, _ = next()
		display, _ := next()
		name, _ := next()
		cookie, ok := next()
		if !ok {
			break
		}
		if name == "MIT-MAGIC-COOKIE-1" && (display == number || display == "") {
			return name, cookie, nil
		}
	}
	return "", "", fmt.Errorf("the X authority file holds no cookie for display :%s", number)
}
