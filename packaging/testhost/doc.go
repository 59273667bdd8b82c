// Package testhost boots a real Debian, with systemd as PID 1, in its own namespaces on any Linux as root, in about
// two seconds, for tests and for the demonstration.
//
// [Root] builds a root file system once and caches it. [Boot] lays an overlay over it, starts systemd in new pid,
// mount, ipc, uts, net and cgroup namespaces and returns a [Host]: run commands in it, install the packages that the
// project builds, dial and listen inside its network, and [Host.Close] it. Its network reaches nothing: addresses that
// look public answer on it, and a resolver of its own answers the names it was given and no other, so that
// the product under test refuses private addresses there exactly as it does in the field.
//
// Whatever ends the owner (return, panic, Ctrl-C, SIGKILL), the host ends with it: the kernel kills its PID 1 when the
// owner's thread dies, a janitor process removes what is on disk and in the cgroup tree, and the next Boot removes
// what a janitor could not.
//
// It is not a security boundary: root inside is root outside. It is not a virtual machine either: the kernel, its
// clock and its devices are the machine's own, and there is no seat, no udev and no graphics card inside.
package testhost
