package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Versions are those of what runs on a stage; empty ones are not told.
type Versions struct {
	Borne    string `json:"borne,omitempty"`
	Debian   string `json:"debian,omitempty"`
	Chromium string `json:"chromium,omitempty"`
	Kernel   string `json:"kernel,omitempty"`
	// Machine is the hardware, in words.
	Machine string `json:"machine,omitempty"`
}

// Versions asks for them, once a borne is installed.
func (s *Stage) Versions(ctx context.Context) (v Versions, err error) {
	for _, one := range []struct {
		into *string
		line string
	}{
		{&v.Borne, "dpkg-query -W -f '${Version}' borne-kiosk"},
		{&v.Chromium, "dpkg-query -W -f '${Version}' chromium"},
		{&v.Debian, "cat /etc/debian_version"},
		{&v.Kernel, "uname -r"},
		{&v.Machine, `echo "$(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1))"`},
	} {
		said, err := s.Host.Run(ctx, "sh", "-c", one.line)
		if err != nil {
			return v, fmt.Errorf("ask for versions: %w", err)
		}
		*one.into = strings.TrimSpace(said)
	}
	return v, nil
}

// WriteVersions writes them into a file as JSON; none for no name.
func (s *Stage) WriteVersions(ctx context.Context, name string) error {
	if name == "" {
		return nil
	}
	v, err := s.Versions(ctx)
	if err != nil {
		return err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write versions: %w", err)
	}
	return os.WriteFile(name, text, 0o644)
}
