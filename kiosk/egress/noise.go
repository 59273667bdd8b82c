package egress

import "strings"

// noise reports whether Chromium asks for host by itself, whoever sits before
// it: updates of its parts, its variations, and the random single labels with
// which it looks for a network that rewrites names.
func noise(host string) bool {
	if host != "" && host != "localhost" && !strings.Contains(host, ".") {
		return true
	}
	switch host {
	case "clients2.google.com", "clients2.googleusercontent.com", "clients4.google.com", "clientservices.googleapis.com",
		"redirector.gvt1.com", "edgedl.me.gvt1.com", "update.googleapis.com", "accounts.google.com", "android.clients.google.com",
		"optimizationguide-pa.googleapis.com", "content-autofill.googleapis.com", "safebrowsing.googleapis.com",
		"mtalk.google.com", "t0.gstatic.com", "dl.google.com", "chromewebstore.googleapis.com":
		return true
	}
	return strings.HasSuffix(host, ".gvt1.com")
}
