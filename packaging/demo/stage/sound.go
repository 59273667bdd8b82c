package stage

import (
	"bytes"
	"fmt"
	"os"
	"path"
)

// soundCard is a card whose sound goes into a file of the voice's own folder, for a host has none. It describes hardware:
// the service and its voice are as packaged.
const soundCard = `pcm.!default { type file slave.pcm { type null } file "/tmp/played" format raw }
`

// VoiceUnit is the service that reads the shell's screens aloud.
const VoiceUnit = "borne-speech.service"

// InstallSound gives the host a sound card.
func (s *Stage) InstallSound() error {
	if err := s.Host.WriteFile("/etc/asound.conf", []byte(soundCard), 0o644); err != nil {
		return fmt.Errorf("install a sound card: %w", err)
	}
	return nil
}

// Speaks reports whether the voice runs.
func (s *Stage) Speaks() bool {
	pids, err := os.ReadFile(s.Host.Path(path.Join("/sys/fs/cgroup/system.slice", VoiceUnit, "cgroup.procs")))
	return err == nil && len(bytes.TrimSpace(pids)) > 0 // no control group: no process
}
