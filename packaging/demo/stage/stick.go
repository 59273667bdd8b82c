package stage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Stick is a visitor's USB key: a loop device over an image that lies outside the host, as a key's content does not
// belong to a borne.
type Stick struct {
	stage       *Stage
	image, loop string
}

// InstallUSB gives the host a /sys/block that sticks can be put into, for there is no USB, and lets borned open them. It
// starts anew.
func (s *Stage) InstallUSB(ctx context.Context) error {
	err := s.Host.WriteFile("/etc/systemd/system/borned.service.d/50-key.conf", []byte("[Service]\nDeviceAllow=block-loop r\n"), 0o644)
	if err == nil {
		_, err = s.Host.Run(ctx, "sh", "-c", "mount -t tmpfs tmpfs /sys/block && systemctl daemon-reload && systemctl restart borned.service")
	}
	if err != nil {
		return fmt.Errorf("install USB: %w", err)
	}
	return nil
}

// StickDevice is where the kernel shows a stick, inside the host.
const StickDevice = "/dev/sdz"

// StickSize is that of a stick, in bytes.
const StickSize = 40 << 20

// PlugStick plugs a new, empty stick in, whose image it keeps in a folder of the machine. Unplug it; Close does for one
// that is forgotten.
func (s *Stage) PlugStick(ctx context.Context, folder string) (*Stick, error) {
	f, err := os.CreateTemp(folder, "stick-*.img")
	if err != nil {
		return nil, fmt.Errorf("plug a stick in: %w", err)
	}
	k := &Stick{stage: s, image: f.Name()}
	if err := errors.Join(f.Truncate(StickSize), f.Close()); err != nil {
		return nil, fmt.Errorf("plug a stick in: %w", err)
	}
	if _, err := outside(ctx, "/sbin/mkfs.vfat", k.image); err != nil {
		return nil, fmt.Errorf("plug a stick in: %w", err)
	}
	if k.loop, err = outside(ctx, "/sbin/losetup", "--find", "--show", k.image); err != nil {
		return nil, fmt.Errorf("plug a stick in: %w", err)
	}
	s.sticks = append(s.sticks, k)
	// As the kernel tells of one: behind a USB device that was let in.
	_, err = s.Host.Run(ctx, "sh", "-c", fmt.Sprintf(`set -e
		n=%s; rm -rf /sys/block/sdz /sys/block/.usb /dev/sdz
		mknod -m 600 /dev/sdz b 7 $n
		d=/sys/block/.usb/usb1/1-1; disk=$d/1-1:1.0/host0/block/sdz
		mkdir -p $disk; echo 1 >$d/authorized; echo 1 >$d/1-1:1.0/authorized
		echo 0 >$disk/ro; echo 1 >$disk/removable; echo %d >$disk/size; echo 7:$n >$disk/dev; date +%%s%%N >$disk/diskseq
		ln -s $disk /sys/block/sdz`, strings.TrimPrefix(k.loop, "/dev/loop"), StickSize/512))
	if err != nil {
		return nil, fmt.Errorf("plug a stick in: %w", errors.Join(err, k.Unplug(ctx)))
	}
	return k, nil
}

// Unplug takes the stick out. Who has it open still has it.
func (k *Stick) Unplug(ctx context.Context) error {
	_, err := k.stage.Host.Run(ctx, "sh", "-c", "rm -rf /sys/block/sdz /sys/block/.usb /dev/sdz")
	return errors.Join(err, k.detach(ctx))
}

func (k *Stick) detach(ctx context.Context) error {
	k.stage.sticks = slices.DeleteFunc(k.stage.sticks, func(one *Stick) bool { return one == k })
	_, err := outside(ctx, "/sbin/losetup", "--detach", k.loop)
	return err
}

// Files are what was kept on it, each content by its name.
func (k *Stick) Files(ctx context.Context) (map[string]string, error) {
	folder, err := os.MkdirTemp("", "borne-stick-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	files := map[string]string{}
	listed, err := outside(ctx, "mdir", "-b", "-i", k.image, "::/")
	if err != nil || listed == "" {
		return files, err
	}
	if _, err := outside(ctx, "mcopy", "-n", "-i", k.image, "::/*", folder); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return nil, err
		}
		files[e.Name()] = string(b)
	}
	return files, nil
}

// outside runs a command of the machine.
func outside(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "MTOOLS_SKIP_CHECK=1", "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(out)))
	}
	return strings.TrimSpace(string(out)), nil
}
