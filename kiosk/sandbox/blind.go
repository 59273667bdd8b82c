package sandbox

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// blindLimit is how long systemd may take to start one for a visit: a visitor
// waits, and a wipe would.
const blindLimit = 5 * time.Second

// startBlind starts a blind process for the session, in place of the last of
// that name.
func (u *Unit) startBlind(ctx context.Context, name string, properties func(control *os.File, user string, hidden []string) []property) (*companion, error) {
	return u.replace(ctx, name, func(ctx context.Context) (*companion, error) {
		ctx, cancel := context.WithTimeout(ctx, blindLimit)
		defer cancel()
		return u.sandbox.launchBlind(ctx, name, func(control *os.File, hidden []string) []property { return properties(control, newUserName(), hidden) })
	})
}

// launchBlind starts a blind process.
func (s *Sandbox) launchBlind(ctx context.Context, name string, properties func(control *os.File, hidden []string) []property) (*companion, error) {
	hidden, err := foldersButPrograms()
	if err != nil {
		return nil, err
	}
	return s.launchCompanion(ctx, name, func(control *os.File) []property { return properties(control, hidden) })
}

// foldersButPrograms lists the machine's top folders that a program can do
// without. An empty file system over "/" would be simpler; systemd takes none
// there for a dynamic user.
func foldersButPrograms() (folders []string, err error) {
	top, err := os.ReadDir("/")
	if err != nil {
		return nil, err
	}
	for _, e := range top {
		switch e.Name() {
		case "usr", "lib", "lib64", "bin", "sbin": // programs
		case "proc", "sys", "dev", "tmp": // not the machine's own
		default:
			if e.IsDir() {
				folders = append(folders, "/"+e.Name())
			}
		}
	}
	return folders, nil
}

// blindProperties are those of a process that works on what comes from a
// stranger: it has its descriptors, from number 3 on, a processor, some memory,
// and nothing else of the machine.
func blindProperties(arguments []string, user, stoppedAfter string, hidden []string, descriptors ...namedDescriptor) propertyList {
	var ps propertyList
	ps.set("Type", "exec")
	ps.set("ExecStart", []execCommand{{arguments[0], arguments, false}})
	// A crash says where and not with what.
	ps.set("Environment", []string{"GOTRACEBACK=none"})
	ps.set("ExtraFileDescriptors", descriptors)
	if stoppedAfter != "" {
		ps.set("Before", []string{stoppedAfter})
	}
	ps.own(user)

	// No network, and no new sockets but unnamed ones.
	ps.set("PrivateNetwork", true)
	ps.set("RestrictAddressFamilies", allowlist{true, []string{"AF_UNIX"}})

	// No files but programs, which everybody has; what it could write to is
	// memory of its own. No device: a stick is a descriptor already.
	var empty []stringPair
	for _, dir := range hidden {
		empty = append(empty, stringPair{dir, "ro,nosuid,nodev,noexec,size=4k,nr_inodes=16"})
	}
	ps.set("TemporaryFileSystem", empty)
	ps.set("InaccessiblePaths", []string{"/sys"})
	ps.set("ProtectSystem", "strict")
	ps.set("PrivateTmpEx", "disconnected")
	ps.set("PrivateDevices", true)
	ps.set("DevicePolicy", "closed")
	ps.set("PrivateIPC", true)

	// No way up.
	ps.confined()
	ps.set("MemoryDenyWriteExecute", true)
	ps.set("RestrictNamespaces", uint64(0))
	ps.set("PrivateUsers", true)
	ps.set("ProcSubset", "pid")
	ps.set("SystemCallFilter", allowlist{true, []string{"@system-service"}})
	// ioctl is how a descriptor of a device is asked for more than bytes.
	ps.set("SystemCallFilter", allowlist{false, []string{"@keyring", "@privileged", "@resources", "@chown", "@network-io", "ioctl",
		"memfd_create", "ptrace", "process_vm_readv", "process_vm_writev"}})
	ps.set("SystemCallFilter", allowlist{true, []string{"prlimit64", "setrlimit", "getrlimit"}})
	ps.set("SystemCallErrorNumber", int32(unix.EPERM))

	ps.set("MemoryMax", uint64(96<<20))
	ps.set("MemorySwapMax", uint64(0)) // what a visitor carries is never written to a disk
	ps.set("TasksMax", uint64(32))
	ps.set("CPUWeight", uint64(20))
	ps.set("OOMPolicy", "kill")
	ps.set("OOMScoreAdjust", int32(600)) // before the browser

	ps.set("StandardInput", "null")
	ps.set("StandardOutput", "null")
	ps.set("StandardError", "null")
	ps.ended()
	return ps
}
