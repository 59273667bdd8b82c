package sandbox

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
)

// ScannerUnitName is the unit of the process that scans one visitor's papers.
const ScannerUnitName = "borne-scanner.service"

// scannerLimit is how long it may run: a visitor puts page after page on the
// glass.
const scannerLimit = 30 * time.Minute

// ScannerSpec says what scans.
type ScannerSpec struct {
	// Arguments is the command line; the first is the program's absolute path.
	// It finds its end of the control socket at descriptor 3. It sees the files
	// under /usr, and no others.
	Arguments []string
	// Address is the scanner's: the one that the process may speak to. Without
	// it there is no network.
	Address netip.Addr
}

// Scanner is the running process that scans.
type Scanner struct{ *companion }

// StartScanner starts a process that scans for the session, and ends the one
// before. Unit.Wipe ends it, and proves it gone.
func (u *Unit) StartScanner(ctx context.Context, spec ScannerSpec) (*Scanner, error) {
	if len(spec.Arguments) == 0 || !filepath.IsAbs(spec.Arguments[0]) {
		return nil, errors.New("scanner unit: no program to run, or its path is not absolute")
	}
	c, err := u.startBlind(ctx, ScannerUnitName, func(control *os.File, user string, hidden []string) []property {
		return scannerProperties(spec, user, u.sandbox.stoppedAfter, control, hidden)
	})
	if err != nil {
		return nil, err
	}
	return &Scanner{c}, nil
}

// scannerProperties are a blind process's, with a way to one address. What is
// set again counts last.
func scannerProperties(spec ScannerSpec, user, stoppedAfter string, control *os.File, hidden []string) []property {
	ps := blindProperties(spec.Arguments, user, stoppedAfter, hidden, namedDescriptor{dbus.UnixFD(control.Fd()), "control"})
	ps.set("Description", "Borne: what scans one visitor's papers")
	ps.set("MemoryMax", uint64(384<<20)) // a page in colour takes 16 MB unpacked, several times over
	ps.set("RuntimeMaxUSec", uint64(scannerLimit/time.Microsecond))
	if !spec.Address.IsValid() {
		return ps
	}
	// The machine's network, by way of one address: the kernel drops all else,
	// and no port is opened. The list of interfaces (AF_NETLINK) is what the
	// scanner's driver asks for first.
	ps.set("PrivateNetwork", false)
	ps.set("RestrictAddressFamilies", allowlist{true, []string{"AF_INET", "AF_INET6", "AF_NETLINK"}})
	ps.set("RestrictAddressFamilies", allowlist{false, []string{"AF_UNIX"}}) // those without a name in the file system
	ps.set("SystemCallFilter", allowlist{true, []string{"@network-io"}})
	ps.set("SocketBindDeny", []socketBind{{}})
	ps.set("IPAddressDeny", rangesOf([]netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}))
	ps.set("IPAddressAllow", rangesOf(hosts([]netip.Addr{spec.Address})))
	return ps
}
