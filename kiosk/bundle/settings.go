package bundle

import (
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"time"

	"borne/kiosk"
)

// settings reads settings.yaml; what it leaves out keeps its default.
func (l *loader) settings(v value) kiosk.Settings {
	f := v.fields("organisation", "site", "colour", "languages", "idle_timeout", "idle_warning", "session_limit", "extension", "opening", "printing", "usb", "scanning", "directory", "screen_diagonal", "ca_certificates")
	s := kiosk.DefaultSettings()
	if !f["organisation"].absent() {
		s.Organisation = f["organisation"].sentence("organisation", maxNameRunes)
	}
	if site, ok := f["site"].text(); ok && site != "" {
		s.Site = f["site"].sentence("site", maxNameRunes)
	}
	s.Colour, s.Logo = f["colour"].colour(), l.logo()
	if !f["languages"].absent() {
		s.Languages = f["languages"].languages()
	}
	f["idle_timeout"].duration(&s.IdleTimeout, "idle_timeout", time.Minute, time.Hour)
	// At least 20 s to answer a warning: WCAG 2.2.1.
	f["idle_warning"].duration(&s.IdleWarning, "idle_warning", 20*time.Second, 10*time.Minute)
	f["session_limit"].duration(&s.SessionLimit, "session_limit", 5*time.Minute, 24*time.Hour)
	f["extension"].duration(&s.Extension, "extension", time.Minute, 2*time.Hour)
	if s.IdleWarning >= s.IdleTimeout {
		f["idle_warning"].faultf("idle_warning (%v) is not shorter than idle_timeout (%v): write a shorter one", s.IdleWarning, s.IdleTimeout)
	}
	s.Opening = f["opening"].opening()
	s.Printing = f["printing"].printing()
	s.USB = f["usb"].usb()
	s.Scanning = f["scanning"].scanning()
	s.Directory = f["directory"].directory()
	s.ScreenDiagonal = f["screen_diagonal"].diagonal("screen_diagonal")
	for _, item := range f["ca_certificates"].items() {
		s.CACertificates = append(s.CACertificates, item.certificate())
	}
	return s
}

func (v value) languages() []kiosk.Language {
	var out []kiosk.Language
	for _, item := range v.items() {
		tag := kiosk.Language(item.required("language"))
		switch {
		case tag == "":
		case !slices.Contains(languages(), tag):
			item.faultf("unknown language %q: write one of %s", tag, languageNames())
		case slices.Contains(out, tag):
			item.faultf("language %q stands twice: take one away", tag)
		}
		out = append(out, tag)
	}
	if !slices.Contains(out, kiosk.French) {
		v.faultf("languages has no fr: French is the reference, add it")
	}
	return out
}

// duration reads "45s", "5m" or "1h30m" into d, which keeps its value when the
// field is left out.
func (v value) duration(d *time.Duration, name string, low, high time.Duration) {
	s, ok := v.text()
	if !ok {
		return
	}
	got, err := time.ParseDuration(s)
	switch {
	case err != nil:
		v.faultf("%s is %q: write a number with its unit, such as 45s, 5m or 1h", name, s)
	case got < low || got > high:
		v.faultf("%s is %v: write between %v and %v", name, got, low, high)
	default:
		*d = got
	}
}

// certificate reads exactly one PEM certificate that can sign others.
func (v value) certificate() string {
	s := v.required("certificate")
	if s == "" {
		return ""
	}
	block, rest := pem.Decode([]byte(s))
	switch {
	case block == nil || block.Type != "CERTIFICATE":
		v.faultf("not a PEM certificate: write the lines from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, under \"- |\"")
		return ""
	case strings.TrimSpace(string(rest)) != "":
		v.faultf("more than one certificate: write each as a list item of its own")
		return ""
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	switch {
	case err != nil:
		v.faultf("the certificate cannot be read (%v): copy it again from its authority", err)
	case !cert.IsCA:
		v.faultf("the certificate of %q is not an authority's: write the one that signed it", cert.Subject.CommonName)
	}
	return s
}
