package testhost

// basePackages are what the host itself stands on: an init system, a bus, a network and its resolver.
var basePackages = []string{
	"systemd", "systemd-sysv", "dbus", "adduser", "ca-certificates", "curl", "dnsmasq-base", "iproute2", "procps",
}

// DefaultPackages is the list that an Options without Packages stands for.
func DefaultPackages(suite string) []string { return defaultPackages(suite) }

// defaultPackages hold all that the project's packages depend on, so that installing them needs no network, and the
// tools that tests use.
func defaultPackages(suite string) []string {
	if suite == "bookworm" {
		return nil // the central office alone is installed there: a static binary
	}
	return []string{
		// A login session, and the right to ask for it.
		"libpam-systemd", "polkitd",
		// The browser, with its own sandbox.
		"chromium", "chromium-l10n", "chromium-sandbox", "fonts-noto-core", "fonts-dejavu-core",
		// A screen: a real one, one in memory, one seen from a web browser.
		"xinit", "xauth", "xserver-xorg-core", "xserver-xorg-input-libinput",
		"xvfb", "tigervnc-standalone-server", "tigervnc-tools", "novnc", "websockify",
		// The shell's libraries.
		"libgl1", "libgl1-mesa-dri", "libegl1", "libx11-6", "libxcursor1", "libxrandr2", "libxinerama1", "libxi6",
		"libxxf86vm1",
		// The sound of a warning.
		"alsa-utils",
		// The voice that reads screens aloud.
		"speech-dispatcher", "speech-dispatcher-espeak-ng",
		// A print service and a printer to try it with; what shows a document's pages.
		"cups", "cups-client", "cups-filters", "cups-ipp-utils", "poppler-utils",
		// What speaks to a scanner, and one that it draws by itself.
		"sane-utils", "sane-airscan",
		// What decides which USB devices are taken. There is none here; its tools read the rules that are made.
		"usbguard",
		// A proxy as a house has one between its bornes and the network.
		"tinyproxy-bin",
		// What tests look and measure with.
		"hyperfine", "imagemagick", "jq", "openssl", "psmisc", "sqlite3", "x11-utils", "x11-xserver-utils", "xdotool",
	}
}
