package vm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// On request a machine that has just become ready is saved beside its image, memory and disk: the next one goes on from
// there in seconds, where a boot takes minutes of emulation. A machine that was reset boots as any other.

// saved is the folder of an image's ready machine.
func (i *Image) saved() string { return filepath.Join(i.Dir, "ready") }

// plain reports whether a machine with these options may be saved, or go on from a saved one.
func (o Options) plain() bool {
	return !o.SecondScreen && o.VNC == "" && o.KernelArguments == "" && o.Seen == nil && o.Keep
}

func (o Options) resumes() bool {
	_, err := os.Stat(o.Image.saved())
	return err == nil && o.plain()
}

// resume goes on from the saved machine, and tells it the time.
func (m *Machine) resume(ctx context.Context, image *Image) error {
	_, err := m.monitor.call(ctx, "migrate-incoming", map[string]any{"uri": "exec:cat " + filepath.Join(image.saved(), "memory")})
	if err != nil {
		return fmt.Errorf("go on from the saved machine: %w", err)
	}
	if err := m.migrated(ctx); err != nil {
		return fmt.Errorf("go on from the saved machine: %w", err)
	}
	if _, err := m.monitor.call(ctx, "cont", nil); err != nil { // it was saved standing still
		return fmt.Errorf("go on from the saved machine: %w", err)
	}
	return m.Until(ctx, "the machine to hear the time", func() (bool, error) {
		_, err := m.Run(ctx, "date", "--set", fmt.Sprintf("@%d", time.Now().Unix()))
		return err == nil, err
	})
}

// save stops the machine, writes it beside the image, and lets it go on.
func (m *Machine) save(ctx context.Context, image *Image) (err error) {
	started := time.Now()
	scratch, err := os.MkdirTemp(image.Dir, "saving-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	if _, err := m.Run(ctx, "sync"); err != nil {
		return err
	}
	if _, err := m.monitor.call(ctx, "stop", nil); err != nil {
		return err
	}
	defer func() {
		_, goOn := m.monitor.call(ctx, "cont", nil)
		err = errors.Join(err, goOn)
	}()
	// As fast as it goes: nobody waits for this machine at the other end.
	if _, err := m.monitor.call(ctx, "migrate-set-parameters", map[string]any{"max-bandwidth": 8 << 30}); err != nil {
		return err
	}
	if _, err := m.monitor.call(ctx, "migrate", map[string]any{"uri": "exec:cat >" + filepath.Join(scratch, "memory")}); err != nil {
		return err
	}
	if err := m.migrated(ctx); err != nil {
		return err
	}
	if err := copyFile(m.path("disk"), filepath.Join(scratch, "disk")); err != nil {
		return err
	}
	whole := filepath.Join(scratch, "whole")
	if err := os.Mkdir(whole, 0o755); err != nil {
		return err
	}
	for _, name := range []string{"memory", "disk"} {
		if err := os.Rename(filepath.Join(scratch, name), filepath.Join(whole, name)); err != nil {
			return err
		}
	}
	if err := os.Rename(whole, image.saved()); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	m.log.Info("ready machine saved", "took", time.Since(started).Round(time.Second))
	return nil
}

// migrated waits until memory has gone in or out.
func (m *Machine) migrated(ctx context.Context) error {
	for {
		answer, err := m.monitor.call(ctx, "query-migrate", nil)
		if err != nil {
			return err
		}
		var now struct {
			Status string
			Desc   string `json:"error-desc"`
		}
		if err := json.Unmarshal(answer, &now); err != nil {
			return err
		}
		switch now.Status {
		case "completed":
			return nil
		case "failed", "cancelled":
			return fmt.Errorf("memory: %s %s", now.Status, now.Desc)
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
