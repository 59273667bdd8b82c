package kiosk

// Reason says why something was allowed or refused. It is safe to log and to
// count: it never holds a host.
type Reason string

// What the allowlist says of a target. The first two allow, all others deny.
const (
	ReasonService       Reason = "service"
	ReasonSupporting    Reason = "supporting"
	ReasonHostNotListed Reason = "host-not-listed"
	ReasonCollector     Reason = "collector"
	ReasonIPLiteral     Reason = "ip-literal"
	ReasonPort          Reason = "port"
	ReasonScheme        Reason = "scheme"
	ReasonMalformed     Reason = "malformed"
)

// What the proxy says of a connection, which it alone sees.
const (
	ReasonPrivateAddress Reason = "private-address"
	ReasonNotTLS         Reason = "not-tls"
	ReasonSNIMissing     Reason = "sni-missing"
	ReasonSNIMismatch    Reason = "sni-mismatch"
	ReasonECH            Reason = "ech"
	ReasonNoSession      Reason = "no-session"
	ReasonLimit          Reason = "limit"
)

// What else is refused: by the browser, the window manager, the machine.
const (
	// ReasonKey: a key, or a combination, that would leave the page.
	ReasonKey Reason = "key"
	// ReasonWindow: a window that no visitor asked for, or one too many.
	ReasonWindow Reason = "window"
	// ReasonDialog: a dialog that comes again and again.
	ReasonDialog Reason = "dialog"
	// ReasonDownload and ReasonUpload: a file of a kind, a size or a number
	// that is not taken.
	ReasonDownload Reason = "download"
	ReasonUpload   Reason = "upload"
	// ReasonPermission: the camera, the microphone, a device, a notification.
	ReasonPermission Reason = "permission"
	// ReasonCertificate: a site whose certificate cannot be verified.
	ReasonCertificate Reason = "certificate"
	// ReasonClock: a certificate that this machine's clock makes invalid, while
	// nobody confirms that clock: the date of the borne is wrong, or may be.
	ReasonClock Reason = "clock"
	// ReasonDevice: something plugged in that is not taken.
	ReasonDevice Reason = "device"
)

// RefusalReasons lists every reason that denies, for counters and checks.
func RefusalReasons() []Reason {
	return []Reason{ReasonHostNotListed, ReasonCollector, ReasonIPLiteral, ReasonPort, ReasonScheme, ReasonMalformed,
		ReasonPrivateAddress, ReasonNotTLS, ReasonSNIMissing, ReasonSNIMismatch, ReasonECH, ReasonNoSession, ReasonLimit,
		ReasonKey, ReasonWindow, ReasonDialog, ReasonDownload, ReasonUpload, ReasonPermission, ReasonCertificate, ReasonDevice, ReasonClock}
}
