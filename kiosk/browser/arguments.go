package browser

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Binary is Debian's Chromium itself. Its wrapper, /usr/bin/chromium, is left
// out: it reads flags and environment from the machine, and costs time.
const Binary = "/usr/lib/chromium/chromium"

// Rectangle is a place on the screen, in pixels.
type Rectangle struct{ X, Y, Width, Height int }

// Options describe one browser.
type Options struct {
	// Binary defaults to Debian's Chromium.
	Binary string
	// ProfileDir is where it keeps everything; it must be thrown away with
	// the visit.
	ProfileDir string
	// Proxy is the egress proxy, "host:port". There is no way around it.
	Proxy string
	// Window is the page's place, below the bar.
	Window Rectangle
	// Language is a BCP 47 tag, "fr" when empty: Chromium's own words, and
	// what sites are told.
	Language string
	// Display is the X display, ":0".
	Display string
}

func (o Options) validate() error {
	switch {
	case !filepath.IsAbs(o.ProfileDir):
		return fmt.Errorf("browser: the profile's folder %q is not an absolute path", o.ProfileDir)
	case !strings.Contains(o.Proxy, ":"):
		return fmt.Errorf("browser: the proxy %q is not host:port", o.Proxy)
	case o.Window.Width <= 0 || o.Window.Height <= 0:
		return errors.New("browser: the window has no size")
	case o.Display == "":
		return errors.New("browser: no display is named")
	}
	return nil
}

// disabledFeatures are Chromium features that call home, open a surface of
// their own or wait for what a borne does not have.
var disabledFeatures = []string{
	"AutofillServerCommunication", // asks Google about forms
	"CertificateTransparencyComponentUpdater",
	"DialMediaRouteProvider", // looks for televisions on the network
	"GlobalMediaControls",    // a bubble above the page
	"InterestFeedContentSuggestions",
	"LensOverlay", // sends pictures of the page away
	"MediaRouter", // the same, for casting
	"OptimizationGuideModelDownloading",
	"OptimizationHints",
	"OptimizationHintsFetching",
	"PasswordLeakDetection",
	"Translate", // a bubble, and a Google service
	"WebOTP",
}

// disabledInPages are functions of pages that open a window or a dialog of
// Chromium's own, above the page, for things that a borne has no use for.
var disabledInPages = []string{
	"DigitalCredentials", // a wallet
	"WebIdentityDigitalCredentials",
	"DocumentPictureInPictureAPI", // a window that stays on top
	"EyeDropperAPI",               // takes the pointer
	"FedCm",                       // signing in with an account of the browser's
	"PaymentRequest",              // a payment sheet, and applications that sites install
}

// Arguments is the command line. The browser starts hidden behind the shell on
// an empty page, ready to be sent to a service. Chromium's own sandbox stays
// on: nothing here weakens it.
func Arguments(o Options) ([]string, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	if o.Binary == "" {
		o.Binary = Binary
	}
	if o.Language == "" {
		o.Language = "fr"
	}
	return []string{
		o.Binary,
		"--remote-debugging-pipe",
		"--user-data-dir=" + o.ProfileDir,
		"--password-store=basic", // no keyring daemon

		// One window without a frame, at a given place.
		"--kiosk",
		"--ozone-platform=x11",
		fmt.Sprintf("--window-position=%d,%d", o.Window.X, o.Window.Y),
		fmt.Sprintf("--window-size=%d,%d", o.Window.Width, o.Window.Height),
		"--lang=" + o.Language,
		"--no-first-run",
		"--no-default-browser-check",
		"--hide-crash-restore-bubble",
		"--noerrdialogs",
		"--disable-notifications",
		"--deny-permission-prompts",
		"--overscroll-history-navigation=0", // a swipe must not leave a form
		"--disable-extensions",
		"--disable-default-apps",

		// It waits behind the shell and must be warm when it comes up.
		"--disable-backgrounding-occluded-windows",
		"--disable-gpu", // bornes have none worth its memory; software paints sooner

		// One way out, and no name resolved here.
		"--proxy-server=http://" + o.Proxy,
		"--proxy-bypass-list=<-loopback>",
		"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
		"--disable-quic",
		"--force-webrtc-ip-handling-policy=disable_non_proxied_udp",

		// Nothing that it says by itself.
		"--disable-background-networking",
		"--disable-component-update",
		"--disable-domain-reliability",
		"--disable-client-side-phishing-detection",
		"--disable-sync",
		"--disable-breakpad",
		"--disable-crash-reporter",
		"--disable-logging",
		"--no-pings",
		"--metrics-recording-only",
		"--disable-features=" + strings.Join(disabledFeatures, ","),
		"--disable-blink-features=" + strings.Join(disabledInPages, ","),

		"about:blank",
	}, nil
}

// Environment is the browser's whole environment, but XAUTHORITY.
func Environment(o Options) []string {
	language := o.Language
	if language == "" {
		language = "fr"
	}
	return []string{
		"DISPLAY=" + o.Display,
		"HOME=" + filepath.Dir(o.ProfileDir),
		"XDG_CONFIG_HOME=" + filepath.Join(o.ProfileDir, "config"),
		"XDG_CACHE_HOME=" + filepath.Join(o.ProfileDir, "cache"),
		"LANG=C.UTF-8",
		"LANGUAGE=" + language,
		"PATH=/usr/bin:/bin",
		// No session bus, and no attempt to start one.
		"DBUS_SESSION_BUS_ADDRESS=disabled:",
		"DBUS_SYSTEM_BUS_ADDRESS=disabled:",
		"NO_AT_BRIDGE=1",
	}
}
