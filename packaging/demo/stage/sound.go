package stage

import (
	"bytes"
	"fmt"
	"os"
	"path"
)

// soundCard is a card whose sound goes into a file, for a host has none. It describes hardware: the service and its voice
// are as packaged.
const soundCard = `pcm.!default { type file slave.pcm { type null } file "%s" format raw }
`

// VoiceUnit is the service that reads the shell's screens aloud.
const VoiceUnit = "borne-speech.service"

// InstallSound gives the host a sound card whose sound lies in /tmp/played, as its player sees it: the voice has a /tmp of
// its own. The shell, which sounds warnings, has the host's, where nothing of a visit may be: InstallMutedSound is for
// visits that are warned.
func (s *Stage) InstallSound() error { return s.installSound("/tmp/played") }

// InstallMutedSound gives the host a sound card that keeps nothing.
func (s *Stage) InstallMutedSound() error { return s.installSound(os.DevNull) }

func (s *Stage) installSound(file string) error {
	if err := s.Host.WriteFile("/etc/asound.conf", fmt.Appendf(nil, soundCard, file), 0o644); err != nil {
		return fmt.Errorf("install a sound card: %w", err)
	}
	return nil
}

// Speaks reports whether the voice runs.
func (s *Stage) Speaks() bool {
	pids, err := os.ReadFile(s.Host.Path(path.Join("/sys/fs/cgroup/system.slice", VoiceUnit, "cgroup.procs")))
	return err == nil && len(bytes.TrimSpace(pids)) > 0 // no control group: no process
}
