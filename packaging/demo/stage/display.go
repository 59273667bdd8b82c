package stage

import (
	"context"
	"fmt"
	"net"
	"strconv"
)

// Display is the X display of the borne, and XAuthority the file inside the host that opens it, as
// packaging/systemd/borne-display.service says.
const (
	Display    = ":0"
	XAuthority = "/run/borne-shell/Xauthority"
)

// The screen's size in pixels: the smallest that the field has.
const (
	Width  = 1280
	Height = 800
)

// displayDropIn describes the hardware: a test host has no graphics card, no seat and no virtual terminal, so the screen
// is TigerVNC's X server, seen through a socket that only the shell's user and root may open. All else of the unit, the
// shell and its cookie included, stays as packaged.
const displayDropIn = `# A screen without a graphics card.
[Unit]
Conflicts=
[Service]
TTYPath=
UtmpIdentifier=
ExecStartPre=
ExecStartPre=/usr/lib/borne/new-xauthority
ExecStart=
ExecStart=/usr/lib/borne/with-screen /usr/bin/borne-shell -- /usr/bin/Xvnc :0 -geometry %dx%d -depth 24 -nolisten tcp -auth %s -rfbport -1 -rfbunixpath %s -rfbunixmode 0600 -SecurityTypes None -AlwaysShared -AcceptSetDesktopSize=0 -SendCutText=0 -AcceptCutText=0 -s 0
`

// screenSocket is where Xvnc is seen, inside the host.
const screenSocket = "/run/borne-shell/vnc.socket"

// describeScreen tells the host about its screen; it must come before the borne's package.
func (s *Stage) describeScreen() error {
	text := fmt.Sprintf(displayDropIn, Width, Height, XAuthority, screenSocket)
	if err := s.Host.WriteFile("/etc/systemd/system/borne-display.service.d/screen.conf", []byte(text), 0o644); err != nil {
		return fmt.Errorf("describe the screen: %w", err)
	}
	return nil
}

// screenPort is websockify's, on the host's loopback.
const screenPort = 6080

// ShowScreen serves the borne's screen, to see and to touch from an ordinary web browser, on a loopback port of the
// machine (0 for any), and returns its address.
func (s *Stage) ShowScreen(ctx context.Context, port int) (url string, err error) {
	inside := net.JoinHostPort("127.0.0.1", strconv.Itoa(screenPort))
	_, err = s.Host.Run(ctx, "systemd-run", "--quiet", "--collect", "--unit=demonstration-screen",
		"--property=Restart=always", "--property=RestartSec=1",
		"websockify", "--web=/usr/share/novnc", "--unix-target="+screenSocket, inside)
	if err != nil {
		return "", fmt.Errorf("show the screen: %w", err)
	}
	address, err := s.Host.Forward(ctx, net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), inside)
	if err != nil {
		return "", fmt.Errorf("show the screen: %w", err)
	}
	return "http://" + address + "/vnc.html?autoconnect=true&reconnect=true&resize=scale", nil
}
