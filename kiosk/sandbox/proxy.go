package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// ProxyUnitName is the unit of the process that serves a session's listener.
// It lives as long as the session at most: what it held in memory of a visit
// goes with it.
const ProxyUnitName = "borne-egress.service"

// ProxySpec says what serves the listener of a session.
type ProxySpec struct {
	// Arguments is the command line; the first is the program's absolute path.
	// It finds the listener at descriptor 3 and its end of the control socket
	// at descriptor 4.
	Arguments []string
	// Denied blocks are refused by the kernel to every socket that the process
	// opens, save the Allowed addresses: a second lock behind the proxy's own.
	Denied  []netip.Prefix
	Allowed []netip.Addr
	// MemoryMaxBytes bounds the unit, 256 MiB when 0.
	MemoryMaxBytes uint64
}

func (p ProxySpec) validate() error {
	if len(p.Arguments) == 0 || !filepath.IsAbs(p.Arguments[0]) {
		return errors.New("proxy unit: no program to run, or its path is not absolute")
	}
	return nil
}

// Proxy is the running process that serves a Unit's listener.
type Proxy struct{ *companion }

// Allow replaces the addresses that ProxySpec.Denied does not refuse.
func (p *Proxy) Allow(ctx context.Context, allowed []netip.Addr) error {
	s := p.process.sandbox
	// A list that is set adds to what is there; an empty one clears it.
	ps := []property{{"IPAddressAllow", dbus.MakeVariant([]ipRange{})}, {"IPAddressAllow", dbus.MakeVariant(rangesOf(hosts(allowed)))}}
	if err := s.manager().CallWithContext(ctx, managerFace+".SetUnitProperties", 0, p.process.name, true, ps).Err; err != nil {
		return fmt.Errorf("change what the proxy's unit may reach: %w", err)
	}
	return nil
}

// StartProxy starts a process that serves the listener in place of one that
// ended: connections that came meanwhile wait for it. The one before is killed
// if it lives.
func (u *Unit) StartProxy(ctx context.Context, spec ProxySpec) (*Proxy, error) {
	if err := spec.validate(); err != nil {
		return nil, err
	}
	c, err := u.replace(ctx, ProxyUnitName, func(ctx context.Context) (*companion, error) { return u.launchProxy(ctx, spec) })
	if err != nil {
		return nil, err
	}
	return &Proxy{c}, nil
}

// Proxy is the process that Spec.Proxy asked for, or that StartProxy last
// started; nil without one. It is not to be asked while something is started
// for the session.
func (u *Unit) Proxy() *Proxy {
	if c := u.companion(ProxyUnitName); c != nil {
		return &Proxy{c}
	}
	return nil
}

func (u *Unit) launchProxy(ctx context.Context, spec ProxySpec) (*companion, error) {
	listener, ok := u.namespace.listener.(*net.TCPListener)
	if !ok {
		return nil, errors.New("the listener is not a socket")
	}
	socket, err := listener.File()
	if err != nil {
		return nil, fmt.Errorf("hand over the listener: %w", err)
	}
	defer socket.Close()
	return u.sandbox.launchCompanion(ctx, ProxyUnitName, func(control *os.File) []property {
		return proxyProperties(spec, newUserName(), u.sandbox.stoppedAfter, socket, control)
	})
}

// proxyProperties says everything that systemd is to do for the proxy.
func proxyProperties(spec ProxySpec, user, stoppedAfter string, listener, control *os.File) []property {
	var ps propertyList
	ps.set("Description", "Borne: the way out of one visitor's browser")
	ps.set("Type", "exec")
	ps.set("ExecStart", []execCommand{{spec.Arguments[0], spec.Arguments, false}})
	// A crash says where and not with what.
	ps.set("Environment", []string{"GOTRACEBACK=none"})
	ps.set("ExtraFileDescriptors", []namedDescriptor{{dbus.UnixFD(listener.Fd()), "listener"}, {dbus.UnixFD(control.Fd()), "control"}})
	if stoppedAfter != "" {
		ps.set("Before", []string{stoppedAfter})
	}
	ps.own(user)

	// The machine's network, since it is the way out: sockets and the list of
	// this machine's own addresses. Under the proxy's decision lies the
	// kernel's, for the sockets that it opens; those it accepts are borned's.
	ps.set("RestrictAddressFamilies", allowlist{true, []string{"AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"}})
	// It has its listener: it opens no other.
	ps.set("SocketBindDeny", []socketBind{{}})
	if len(spec.Denied) > 0 {
		ps.set("IPAddressDeny", rangesOf(spec.Denied))
		ps.set("IPAddressAllow", rangesOf(hosts(spec.Allowed)))
	}

	// It reads its program, the resolver's files, and nothing else; it writes
	// nowhere.
	ps.set("ProtectSystem", "strict")
	ps.set("ProtectHome", "yes")
	ps.set("PrivateTmpEx", "disconnected")
	ps.set("PrivateDevices", true)
	ps.set("PrivateIPC", true)
	ps.set("InaccessiblePaths", []string{
		"-/run/dbus", "-/run/user", "-/run/cups", "-/run/borne", "-/run/borne-shell", "-/run/systemd/private", "-/run/udev", "-/tmp/.X11-unix",
		"-/etc/borne", "-/etc/shadow", "-/etc/ssh", "-/etc/chromium", "-/boot", "-/media", "-/mnt", "-/srv", "-/opt",
		"-/var/lib/borne", "-/var/log", "-/var/spool", "-/var/mail", "-/var/backups", "-/var/cache",
	})

	// No way up.
	ps.confined()
	ps.set("MemoryDenyWriteExecute", true)
	ps.set("RestrictNamespaces", uint64(0))
	ps.set("PrivateUsers", true)
	ps.set("ProcSubset", "pid")
	ps.set("SystemCallFilter", allowlist{true, []string{"@system-service"}})
	ps.set("SystemCallFilter", allowlist{false, []string{"@keyring", "@privileged", "@resources", "@chown", "memfd_create", "ptrace", "process_vm_readv", "process_vm_writev"}})
	// The Go runtime raises its limit of descriptors.
	ps.set("SystemCallFilter", allowlist{true, []string{"prlimit64", "setrlimit", "getrlimit"}})
	ps.set("SystemCallErrorNumber", int32(unix.EPERM))

	memory := spec.MemoryMaxBytes
	if memory == 0 {
		memory = 256 << 20
	}
	ps.set("MemoryMax", memory)
	// The Go runtime's watchdog naps for 20 µs at a time whenever the process
	// does anything, which cost more than a quarter of its processor time and
	// half of its context switches. With this it naps as long as when nothing
	// happens; the process's own timers are of seconds.
	ps.set("TimerSlackNSec", uint64(10*time.Millisecond))
	ps.set("MemorySwapMax", uint64(0)) // a password and host names are never written to a disk
	ps.set("TasksMax", uint64(64))
	ps.set("LimitNOFILE", uint64(16384))
	ps.set("LimitNOFILESoft", uint64(16384))
	ps.set("OOMPolicy", "kill")
	ps.set("OOMScoreAdjust", int32(200)) // after the browser

	ps.set("StandardInput", "null")
	ps.set("StandardOutput", "null")
	// It writes only that it cannot go on, and why.
	ps.set("StandardError", "journal")
	ps.set("SyslogLevel", int32(3))
	ps.ended()
	return ps
}

// socketBind is one entry of SocketBindDeny, a(iiqq): family, protocol, number
// of ports and the first of them. The zero value is every one.
type socketBind struct {
	Family, Protocol int32
	Ports, First     uint16
}

// ipRange is one entry of IPAddressAllow and IPAddressDeny: a(iayu).
type ipRange struct {
	Family  int32
	Address []byte
	Bits    uint32
}

func rangesOf(prefixes []netip.Prefix) []ipRange {
	ranges := []ipRange{}
	for _, p := range prefixes {
		family := int32(unix.AF_INET)
		if p.Addr().Is6() {
			family = unix.AF_INET6
		}
		ranges = append(ranges, ipRange{family, p.Addr().WithZone("").AsSlice(), uint32(p.Bits())})
	}
	return ranges
}

func hosts(addrs []netip.Addr) (prefixes []netip.Prefix) {
	for _, a := range addrs {
		a = a.Unmap().WithZone("")
		prefixes = append(prefixes, netip.PrefixFrom(a, a.BitLen()))
	}
	return prefixes
}
