package usb

import (
	"bufio"
	"errors"
	"regexp"
	"strings"
)

// storage is what a stick is: mass storage, SCSI commands, over bulk transport
// (08:06:50) or UAS (08:06:62), and nothing beside it (USB mass storage class
// overview, 2 and 3). A stick that is also a keyboard has more.
const storage = "allow with-interface match-all { 08:06:50 08:06:62 }"

// header begins the file of rules.
const header = `# Made by "borned usb-policy" when the package was installed: what was plugged
# in then, and sticks. Run it again after changing a keyboard, a mouse, a touch
# screen, a printer or a scanner. Everything else is held back.
`

var (
	onlyStorage = regexp.MustCompile(`with-interface (08:[0-9a-f:]{5}|\{( 08:[0-9a-f:]{5})+ \})`)
	presentRule = regexp.MustCompile(`^allow id [0-9a-f]{4}:[0-9a-f]{4} .*\bhash "`)
)

// ErrPresent: what should be rules for devices is something else.
var ErrPresent = errors.New("not what usbguard generate-policy writes")

// Rules makes USBGuard's policy of what is plugged in now, as "usbguard
// generate-policy" writes it: each of those devices by its descriptors' hash
// and, where it has no serial number, its port; sticks at any time; nothing
// else, since that is the configuration's last word. A stick that is plugged
// in now gets no rule of its own.
func Rules(present string) (rules string, devices int, err error) {
	var b strings.Builder
	b.WriteString(header)
	lines := bufio.NewScanner(strings.NewReader(present))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || onlyStorage.MatchString(line):
			continue
		case !presentRule.MatchString(line):
			return "", 0, ErrPresent
		}
		b.WriteString(line + "\n")
		devices++
	}
	if err := lines.Err(); err != nil {
		return "", 0, err
	}
	b.WriteString(storage + "\n")
	return b.String(), devices, nil
}
