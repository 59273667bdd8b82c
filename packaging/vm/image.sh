#!/bin/sh
# Makes the disk of a machine. Runs in mount, process and network namespaces of its own: what is mounted here ends here.
#   image.sh ROOT WORK MEGABYTES DEB...
# ROOT is the root file system to start from and stays as it is. WORK/layer is copied over it once the packages, if
# any, are installed. Makes WORK/disk.img, WORK/vmlinuz and WORK/initrd.img.
set -eu
root=$1 work=$2 megabytes=$3
shift 3
mount --make-rprivate /
cd "$work"
mkdir upper over merged
mount -t overlay borne -o "lowerdir=$root,upperdir=$work/upper,workdir=$work/over" merged
new=$work/merged

# What the test host leaves out for want of hardware is there on a machine.
for unit in "$new"/etc/systemd/system/*; do
    [ "$(readlink "$unit")" = /dev/null ] || continue
    case ${unit##*/} in
    apt-daily* | dpkg-db-backup* | fstrim* | e2scrub* | systemd-firstboot*) ;; # would wake up in the middle of a case
    *) rm "$unit" ;;
    esac
done
echo borne-vm >"$new/etc/hostname"
echo '/dev/vda / ext4 errors=remount-ro 0 1' >"$new/etc/fstab"

mount -t proc proc "$new/proc"
mount -t tmpfs -o mode=755 dev "$new/dev"
mount -t tmpfs run "$new/run"
mount -t tmpfs tmp "$new/tmp"
for node in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 666 "$new/dev/${node%:*}" c 1 "${node#*:}"
done
ln -s /proc/self/fd "$new/dev/fd"
if [ $# -gt 0 ]; then
    mkdir "$new/tmp/debs"
    cp -- "$@" "$new/tmp/debs/"
    # As an image of a borne is made in the field: nothing is started here.
    printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
    chmod 755 "$new/usr/sbin/policy-rc.d"
    chroot "$new" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
        sh -c 'apt-get install --yes --quiet /tmp/debs/*.deb && systemctl enable --quiet systemd-networkd.service'
    rm "$new/usr/sbin/policy-rc.d"
fi
umount "$new/tmp" "$new/run" "$new/dev" "$new/proc"

cp -a "$work/layer/." "$new/"
: >"$new/etc/machine-id"
rm -rf "$new"/var/lib/apt/lists/* "$new"/var/cache/apt/*.bin
cp -L "$new/vmlinuz" "$work/vmlinuz"
cp -L "$new/initrd.img" "$work/initrd.img"
mke2fs -q -t ext4 -L borne -E lazy_itable_init=1,root_owner=0:0 -d "$new" "$work/disk.img" "${megabytes}M"
umount "$new"
