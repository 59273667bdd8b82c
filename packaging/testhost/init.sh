#!/bin/sh
# First process of the host: runs in new pid, mount, ipc, uts, net and cgroup namespaces with the machine's own root
# still in view, builds the host's view of the world, and becomes systemd. All mounts are made in its private mount
# namespace, so they go when it goes and the machine never sees them.
#
# $1 lower layers  $2 folder of this host  $3 disk|memory  $4 host name  $5... addresses elsewhere that answer
set -eu
lower=$1 dir=$2 disk=$3 name=$4
shift 4
export PATH=/usr/sbin:/usr/bin:/sbin:/bin

mount --make-rprivate /

root=$dir/merged
overlay() { mount -t overlay -o "lowerdir=$lower,upperdir=$1/upper,workdir=$1/work" overlay "$root"; }
if [ "$disk" = memory ] || ! overlay "$dir"; then
	# Also for a cache folder that cannot be an upper layer, such as one on a container's own overlay.
	[ "$disk" = memory ] || echo "testhost: falling back to a disk in memory" >&2
	mount -t tmpfs -o mode=755 tmpfs "$dir/memory"
	mkdir "$dir/memory/upper" "$dir/memory/work"
	overlay "$dir/memory"
fi

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
echo "$name" >"$root/proc/sys/kernel/hostname"
# /proc/sys and /sys are the real kernel's: only its network part, which is the host's own, may be written.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
mount -o remount,bind,ro,nosuid,nodev,noexec "$root/proc/sys"
if [ -e "$root/proc/sysrq-trigger" ]; then
	mount --bind "$root/proc/sysrq-trigger" "$root/proc/sysrq-trigger"
	mount -o remount,bind,ro "$root/proc/sysrq-trigger"
fi
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"

mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
for device in null zero full random urandom tty; do
	: >"$root/dev/$device"
	mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5,nosuid,noexec devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"
ln -s fd/1 "$root/dev/stdout"
ln -s fd/2 "$root/dev/stderr"

cd "$root"
mkdir -p .outside
pivot_root . .outside
cd /
umount -l /.outside
rmdir /.outside
# As on a machine of its own: what one unit mounts in the host's namespace, the others see.
mount --make-rshared /

ip link set lo up
# The addresses answer here and are no interface's: to the product they are machines elsewhere, not its own.
for address; do
	ip route add local "${address%/*}" dev lo
done

exec env -i container=other LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin /lib/systemd/systemd --system
