package forensics_test

import (
	"context"
	"encoding/json"
	"os"

	"borne/packaging/forensics"
)

// versionsVariable names a file for the versions of what was searched.
const versionsVariable = "BORNE_FORENSICS_VERSIONS"

func (s *scene) writeVersions() {
	name := os.Getenv(versionsVariable)
	if name == "" {
		return
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	v := forensics.Versions{}
	for _, one := range []struct {
		into *string
		line string
	}{
		{&v.Borne, "dpkg-query -W -f '${Version}' borne-kiosk"},
		{&v.Chromium, "dpkg-query -W -f '${Version}' chromium"},
		{&v.Debian, "cat /etc/debian_version"},
		{&v.Kernel, "uname -r"},
	} {
		said, err := s.run(ctx, "sh", "-c", one.line)
		if err != nil {
			s.t.Fatal(err)
		}
		*one.into = said
	}
	text, err := json.Marshal(v)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o644); err != nil {
		s.t.Fatal(err)
	}
}
