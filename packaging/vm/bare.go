package vm

import (
	"image"
	"image/color"
	"os"
	"path/filepath"

	"borne/packaging/demo/drive"
)

// bareUnit is the least that shows a page at boot: one unit, an X server that root runs, and Chromium with its sandbox as
// an unprivileged user of Debian's. Nothing grabs a key, filters a request, or wipes. (Its home is
// no RuntimeDirectory=: that is root's again at each command, and Chromium ends where it may not write.)
const bareUnit = `[Unit]
Description=A bare browser on a bare X server
After=systemd-user-sessions.service
Conflicts=getty@tty7.service
[Service]
ExecStartPre=/usr/bin/install -d -o games -g games /run/bare
ExecStart=/usr/bin/xinit /usr/bin/setpriv --reuid=games --regid=games --init-groups /usr/bin/env HOME=/run/bare \
  /usr/bin/chromium --kiosk --no-first-run --window-position=0,0 --window-size=1280,800 file:///srv/page.html -- /usr/bin/Xorg :0 vt7 -ac -nolisten tcp -s 0 -dpms
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
`

// barePage is empty, but for a colour that nothing else has.
const barePage = "<!doctype html><title>Page</title><body style=\"background:#0b4f6c\">\n"

// BarePage reports whether a picture shows the page of an image that was built bare.
func BarePage(p drive.Picture) bool {
	return p.Share(image.Rect(0, 0, ScreenWidth, ScreenHeight), color.RGBA{0x0b, 0x4f, 0x6c, 0xff}) > 0.9
}

// writeBareLayer writes what is copied over the root of a bare image.
func writeBareLayer(dir string) error {
	for name, text := range map[string]string{
		"etc/systemd/system/bare.service": bareUnit,
		"srv/page.html":                   barePage,
		"etc/hosts":                       hostsText(nil),
	} {
		if err := writeFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	wants := filepath.Join(dir, "etc/systemd/system/multi-user.target.wants")
	if err := os.MkdirAll(wants, 0o755); err != nil {
		return err
	}
	return os.Symlink("../bare.service", filepath.Join(wants, "bare.service"))
}
