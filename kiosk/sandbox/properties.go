package sandbox

import (
	"fmt"
	"slices"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// property is one entry of StartTransientUnit's a(sv).
type property struct {
	Name  string
	Value dbus.Variant
}

// The shapes that systemd gives to compound properties.
type (
	execCommand struct { // ExecStart: a(sasb)
		Path          string
		Arguments     []string
		IgnoreFailure bool
	}
	namedDescriptor struct { // ExtraFileDescriptors: a(hs)
		FD   dbus.UnixFD
		Name string
	}
	bindPath struct { // BindReadOnlyPaths: a(ssbt)
		Source, Destination string
		IgnoreMissing       bool
		Flags               uint64
	}
	stringPair struct{ A, B string } // TemporaryFileSystem, LoadCredential: a(ss)
	allowlist  struct {              // SystemCallFilter, RestrictAddressFamilies: (bas)
		Allow bool
		Names []string
	}
	exitStatus struct { // SuccessExitStatus: (aiai)
		Codes, Signals []int32
	}
)

// handles are the descriptors that the unit receives.
type handles struct {
	namespace, credential string
	control               dbus.UnixFD
}

// credentialPath is where the program reads its X authority.
const credentialPath = "/run/credentials/" + UnitName + "/xauthority"

// properties says everything that systemd is to do. Each group names what it
// is for; docs/lockdown.md names what each stops.
func properties(spec Spec, user, stoppedAfter string, h handles) []property {
	var ps propertyList
	set := ps.set

	set("Description", "Borne: one visitor's browser")
	// exec, not simple: the job fails when the program or its sandbox does.
	set("Type", "exec")
	set("ExecStart", []execCommand{{spec.Arguments[0], spec.Arguments, false}})
	environment := slices.Clone(spec.Environment)
	if h.credential != "" {
		set("LoadCredential", []stringPair{{"xauthority", h.credential}})
		environment = append(environment, "XAUTHORITY="+credentialPath)
	}
	set("Environment", environment)
	set("ExtraFileDescriptors", []namedDescriptor{{h.control, "control-in"}, {h.control, "control-out"}})
	if stoppedAfter != "" {
		// An order and no bond: BindsTo= would have systemd end the browser
		// before borned is told to stop, and start it again with a borned that
		// is restarted, in a network that is gone.
		set("Before", []string{stoppedAfter})
	}

	ps.own(user)

	// A network that holds our listener and nothing else.
	set("NetworkNamespacePath", h.namespace)
	set("RestrictAddressFamilies", allowlist{true, []string{"AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"}})

	// Everything it can write to is memory that dies with it, and none of it
	// may hold a program. The host's /tmp, /var/tmp, /dev/shm, /run and /var
	// are not there at all.
	set("ProtectSystem", "strict")
	set("ProtectHome", "tmpfs")
	set("PrivateTmpEx", "disconnected")
	set("PrivateDevices", true)
	set("PrivateIPC", true)
	set("TemporaryFileSystem", []stringPair{
		{StorageDir, fmt.Sprintf("mode=1777,nosuid,nodev,noexec,size=%d,nr_inodes=65536", spec.StorageMaxBytes)},
		{"/dev/shm", fmt.Sprintf("mode=1777,nosuid,nodev,noexec,size=%d,nr_inodes=16384", spec.MemoryMaxBytes/2)},
	})
	// systemd mounts these two by itself, and would let them hold programs.
	set("NoExecPaths", []string{"/tmp", "/var/tmp"})
	binds := []bindPath{{spec.DisplayFolder, displayFolder, true, 0}}
	for _, b := range spec.ReadOnly {
		binds = append(binds, bindPath{b.Source, b.Destination, false, 0})
	}
	set("BindReadOnlyPaths", binds)
	set("InaccessiblePaths", []string{
		"-/run/dbus", "-/run/user", "-/run/cups", "-/run/borne", "-/run/systemd/private", "-/run/udev",
		"-/etc/borne", "-/boot", "-/media", "-/mnt", "-/srv", "-/var/log", "-/var/spool", "-/var/mail", "-/var/backups",
	})

	// No way up.
	ps.confined()
	// Chromium's own sandbox needs user, process and network namespaces, and
	// chroot inside them.
	set("RestrictNamespaces", uint64(unix.CLONE_NEWUSER|unix.CLONE_NEWPID|unix.CLONE_NEWNET))
	set("SystemCallFilter", allowlist{true, []string{"@system-service", "@sandbox", "chroot"}})
	// The kernel collects a dead user's keys when it pleases: there are none.
	set("SystemCallFilter", allowlist{false, []string{"@keyring"}})
	set("SystemCallErrorNumber", int32(unix.EPERM))

	// It cannot starve the borne, and goes first when memory is short. What its
	// file systems in memory hold counts as its memory. borned has twice its
	// weight; the screen, which is in another slice, has as much as all services.
	set("CPUWeight", uint64(50))
	set("IOWeight", uint64(50))
	set("LimitNOFILE", uint64(32768))
	set("LimitNOFILESoft", uint64(8192))
	set("MemoryMax", spec.MemoryMaxBytes)
	set("MemorySwapMax", uint64(0))
	set("TasksMax", spec.TasksMax)
	set("OOMPolicy", "kill")
	set("OOMScoreAdjust", int32(500))
	set("RuntimeMaxUSec", uint64(spec.Lifetime/time.Microsecond))

	// Nothing that it says is kept: Chromium writes addresses to stderr.
	set("StandardInput", "null")
	set("StandardOutput", "null")
	set("StandardError", "null")
	ps.ended()
	return ps
}

// propertyList collects what a unit is started with.
type propertyList []property

func (ps *propertyList) set(name string, value any) {
	*ps = append(*ps, property{name, dbus.MakeVariant(value)})
}

// own gives the unit a user that nobody else is, never the same twice in a row.
func (ps *propertyList) own(user string) {
	ps.set("DynamicUser", true)
	ps.set("User", user)
	ps.set("UMask", uint32(0o077))
	ps.set("KeyringMode", "private")
}

// confined takes every way up, and what of the machine is none of its
// business.
func (ps *propertyList) confined() {
	ps.set("NoNewPrivileges", true)
	ps.set("CapabilityBoundingSet", uint64(0))
	ps.set("AmbientCapabilities", uint64(0))
	ps.set("RestrictSUIDSGID", true)
	ps.set("RestrictRealtime", true)
	ps.set("LockPersonality", true)
	ps.set("SystemCallArchitectures", []string{"native"})
	ps.set("ProtectKernelTunables", true)
	ps.set("ProtectKernelModules", true)
	ps.set("ProtectKernelLogs", true)
	ps.set("ProtectControlGroups", true)
	ps.set("ProtectClock", true)
	ps.set("ProtectHostname", true)
	ps.set("ProtectProc", "invisible")
}

// ended says how the unit ends, and that nothing is kept of it.
func (ps *propertyList) ended() {
	// systemd does not note when visits begin and end; its errors (3) it does.
	ps.set("LogLevelMax", int32(3))
	// 1, not 0: the kernel refuses a core dump to a pipe (systemd-coredump)
	// for this value alone, and one byte is too small for a file.
	ps.set("LimitCORE", uint64(1))
	ps.set("LimitCORESoft", uint64(1))

	// Ended by SIGKILL to the whole group, which is a normal end.
	ps.set("KillMode", "control-group")
	ps.set("KillSignal", int32(unix.SIGKILL))
	ps.set("SendSIGKILL", true)
	ps.set("TimeoutStopUSec", uint64(2*time.Second/time.Microsecond))
	ps.set("SuccessExitStatus", exitStatus{[]int32{}, []int32{int32(unix.SIGKILL)}})
	ps.set("CollectMode", "inactive-or-failed")
}
